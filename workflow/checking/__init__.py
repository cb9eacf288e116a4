"""The check catalogue: reads the figures of any Vietnamese report or table and says what in it cannot be.

`check.check_file` takes a path or upload through the whole way: bytes → passages and tables (`read`) → entries, each with its number,
base and rate (`entries`, `outline`) → what the paper claims by its structure (`claims`) → findings with ranked repairs (`judge`,
`repairs`). Our own figures, closes and papers are judged by the same claims (`declared`, `printed`). It proposes; people decide.
It knows no database and no campaign, and loads no reader of files before a file is read.
"""
