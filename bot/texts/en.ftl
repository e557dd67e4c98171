
## generation

workflow-unavailable = `{ $workflow }` cannot run at the moment: no ComfyUI here has the nodes and models that it needs. The person who runs this bot sees in the log what is missing.
cancel-done = Cancelled. It had not started yet.
cancel-requested = ComfyUI is being told to stop it. That takes effect after the current step.
cancel-ended = There is nothing left to cancel: this job has ended.
cancel-unknown = There is no such job here. It may have ended long ago.
cancel-not-yours = You can cancel your own jobs only. Members with the permission “Manage Messages” can cancel any job of this server.
notice-away = ComfyUI ({ $backend }) does not answer. The job goes on as soon as it is back.
notice-again = ComfyUI lost the job, perhaps because it was restarted. Trying again ({ $attempt } of { $most }).
notice-cancelling = Cancelling – ComfyUI stops after the current step.
failed-lost = ComfyUI lost this job three times, most likely because it crashed on it. Try a smaller size or fewer pictures at once; if that does not help, whoever runs ComfyUI finds the reason in its log.
failed-stalled = ComfyUI stopped making progress on this job, again and again, so it was given up. Try it later, or with a smaller size.
failed-out-of-memory = The GPU ran out of memory in “{ $node }”. Try a smaller size, or fewer pictures at once.
failed-node = The node “{ $node }” failed: `{ $message }`
failed-interrupted = Somebody stopped this job in ComfyUI itself. Run the command again if you still want it.
failed-no-output = ComfyUI finished, but made no file. The workflow may lack a node that saves its result.
failed-unfinished = ComfyUI ended this job without saying why. Try it again; if it happens every time, its log has the reason.
refused-graph = ComfyUI did not accept this: { $problems }
refused-whole = ComfyUI did not accept this workflow: `{ $message }`. Whoever runs this bot has to mend the workflow.
refused-several = { $first } { $second }
refused-option = option `{ $option }`
refused-input = input `{ $input }` of the node “{ $node }”
refused-not-in-list = { $place } cannot be `{ $value }`. It has, for example: { $names }.
refused-too-small = { $place } cannot be { $value }; the smallest is { $minimum }.
refused-too-big = { $place } cannot be { $value }; the largest is { $maximum }.
refused-other = { $place }: `{ $message }`.
