"""Signing in: passwords, who is signed in, who must wait, printed cards. Lives by the machine's clock, whatever days a unit is in."""
