-- People ask what made a picture by the message that shows it.
CREATE INDEX jobs_by_result ON jobs (result_message_id) WHERE result_message_id IS NOT NULL;
CREATE INDEX jobs_by_status ON jobs (status_message_id) WHERE status_message_id IS NOT NULL;
