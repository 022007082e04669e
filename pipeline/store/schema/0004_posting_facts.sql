-- What a posting says of the job beside its demands: pay, work mode, employment, seniority, with their sources.
ALTER TABLE postings ADD COLUMN facts VARCHAR DEFAULT '{}';
