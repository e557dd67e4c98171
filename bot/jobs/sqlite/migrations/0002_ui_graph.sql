-- What ComfyUI's editor is to show of a job's files: the UI graph with the job's values in it.
ALTER TABLE jobs ADD COLUMN ui_graph TEXT;
