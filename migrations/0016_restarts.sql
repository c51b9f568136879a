-- A retry by hand and a replay begin the retry schedule anew: how many attempts there were before that.

ALTER TABLE deliveries ADD COLUMN attempts_before BIGINT NOT NULL DEFAULT 0;
