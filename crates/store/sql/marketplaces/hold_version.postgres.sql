-- A pair: here the row must be locked (shared, acceptances don't hinder each other), so that an
-- activation or pause waits for the commit and an event never slips past it.
SELECT routing_version FROM marketplaces WHERE id = $1 FOR SHARE
