-- Which option holds the prompt, and which options took another name than the workflow's own because no ComfyUI has that
-- (JSON: option -> the workflow's own).
ALTER TABLE jobs ADD COLUMN prompt_option TEXT;
ALTER TABLE jobs ADD COLUMN stand_ins TEXT NOT NULL DEFAULT '{}';
