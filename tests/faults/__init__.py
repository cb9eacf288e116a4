"""What must survive: processes killed, a database server killed, a full disk, many writers at once."""
