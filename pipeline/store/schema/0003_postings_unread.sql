-- A posting that the engine cannot read (another language) is no silent zero: it is left out of every N.
ALTER TABLE postings ADD COLUMN unread VARCHAR;
