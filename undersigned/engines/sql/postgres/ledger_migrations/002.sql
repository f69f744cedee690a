-- The mill finds tags in memory (docs/adr/0010), and looks a campaign up once, not once a row.
DROP INDEX of_tag;
ALTER TABLE signatures DROP CONSTRAINT signatures_campaign_fkey;

-- What was struck out in the log while a t line counts it.
CREATE TABLE struck (
  campaign integer NOT NULL,
  covers text NOT NULL,
  channel text NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (campaign, covers, channel, id)
);
INSERT INTO struck (campaign, covers, channel, id)
SELECT states.campaign, covers, channel, id FROM states JOIN signatures USING (id) WHERE logged = 'x' AND covers <> '';
