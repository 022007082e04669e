-- What a posting asks of every applicant beside skills: degree, years, licences, languages and the like.
ALTER TABLE postings ADD COLUMN entry VARCHAR DEFAULT '[]';
