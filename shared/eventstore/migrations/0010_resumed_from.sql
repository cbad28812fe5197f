-- Where an operator let a subscriber go on whose place the feed's owner had lost.
ALTER TABLE stopped ADD COLUMN resumed_from text;
COMMENT ON COLUMN stopped.resumed_from IS 'common: where it stood, or the last common place; head: from then on; beginning: everything again';
