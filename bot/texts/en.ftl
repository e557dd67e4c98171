
## generation

workflow-wrong = its file does not fit what ComfyUI has now: { $problem }
workflow-too-many = Discord allows { $most } workflows at once, in the order of their folders, and this one is beyond that. Take some away, or give it a folder name that comes earlier.
workflow-bug = Working out its options met a bug in the bot. Please report it with what the log says under { $id }.
workflow-not-offered = `/{ $workflow }` is not offered at the moment: { $reason }
workflow-reasons = { $first } { $second }
workflow-reasons-more = { $first } ({ $count } more)
workflow-files-wrong = Something is wrong with its files, or with what ComfyUI has for it. The log of the bot says what.
workflow-unavailable = `{ $workflow }` cannot run at the moment: no ComfyUI here has the nodes and models that it needs. The person who runs this bot sees in the log what is missing.
workflow-not-here = `/{ $workflow }` cannot be run here: it was removed, or it belongs to another server.
workflow-taken-away = `/{ $workflow }` was taken away by the person who runs this bot.
workflow-disabled = `/{ $workflow }` is switched off on this server. Whoever may edit workflows here can switch it on again.
workflow-version-gone = This version of `/{ $workflow }` is no longer kept. Use the command `/{ $workflow }` as it is now.
cancel-done = Cancelled. It had not started yet.
cancel-requested = ComfyUI is being told to stop it. That takes effect after the current step.
cancel-ended = There is nothing left to cancel: this job has ended.
cancel-unknown = There is no such job here. It may have ended long ago.
cancel-not-yours = You can cancel your own jobs only. Moderators can cancel any job of this server.
preparation-given-up = The file of this job could not be made ready, again and again, so it was given up. Try another file; if that does not help, tell the person who runs this bot.
upload-lost = The file of this job is gone from the bot's disk. Run the command again; if that happens again, tell the person who runs this bot.
upload-too-large = Your file has { $size } MB, and ComfyUI ({ $backend }) does not take one so large. Make it smaller and run the command again.
upload-failed = ComfyUI ({ $backend }) did not take the file of this job. Try it again later; whoever runs ComfyUI finds the reason in its log.
notice-away = ComfyUI ({ $backend }) does not answer. The job goes on as soon as it is back.
notice-again = ComfyUI lost the job, perhaps because it was restarted. Trying again ({ $attempt } of { $most }).
notice-cleared = ComfyUI's queue was cleared there, and this job with it. Trying again ({ $attempt } of { $most }).
notice-stalled = ComfyUI made no progress on it for so long that it was stopped. Trying again ({ $attempt } of { $most }).
notice-unheard = ComfyUI sends the pictures of this workflow over its event connection only, and that broke in between: the job runs again (attempt { $attempt } of { $most }).
notice-cancelling = Cancelling – ComfyUI stops after the current step.
failed-lost = ComfyUI lost this job three times, most likely because it crashed on it. Try a smaller size or fewer pictures at once; if that does not help, whoever runs ComfyUI finds the reason in its log.
failed-cleared = This job was taken out of ComfyUI's queue there, again and again, so it was given up. Ask whoever runs ComfyUI, then run the command again.
failed-stalled = ComfyUI stopped making progress on this job, again and again, so it was given up. Try it later, or with a smaller size.
quarantined-workflow = `/{ $workflow }` is set aside for now: ComfyUI { $harm ->
        [gone] crashed
       *[stalled] hung
    } on it again and again within an hour. Other commands go on; whoever runs the bot can release it.
quarantined-value = `{ $option }: { $value }` of `/{ $workflow }` is set aside for now: ComfyUI { $harm ->
        [gone] crashed
       *[stalled] hung
    } on it again and again within an hour. Choose another one; whoever runs the bot can release it.
failed-out-of-memory = The GPU ran out of memory in “{ $node }”. Try a smaller size, or fewer pictures at once.
failed-node = The node “{ $node }” failed: `{ $message }`
failed-node-advised = The node “{ $node }” failed: `{ $message }` { $advice }
advice-disk-full = The disk of ComfyUI is full: whoever runs it has to make room.
advice-model-broken = A model file is damaged or of a kind that this node does not read: choose another one, or have it downloaded again.
advice-models-differ = Models that do not belong together do that: choose a LoRA, ControlNet, VAE or text encoder that is made for the chosen model, or a size that it takes.
advice-file-gone = A file that it needs is not there (any more): choose another one, or ask whoever runs ComfyUI.
advice-no-rights = ComfyUI may not read or write a file there: whoever runs it has to allow it.
advice-login = A service that this node uses wants an account, a key or credits: whoever runs ComfyUI has to see to that.
advice-network = Something that this node needs from the network did not answer: try it again later.
node-of-class = node { $id } ({ $type })
node-by-number = node { $id }
failed-interrupted = Somebody stopped this job in ComfyUI itself. Run the command again if you still want it.
failed-no-output = ComfyUI finished, but made no file. The workflow may lack a node that saves its result.
failed-all-cached = ComfyUI had done all of this before and made no new file. Change something, for instance the seed, and run the command again.
failed-unheard = ComfyUI finished, but sends the pictures of this workflow over its event connection only (SaveImageWebsocket), and not all of them arrived. A workflow with SaveImage instead keeps its files.
failed-unfinished = ComfyUI ended this job without saying why. Try it again; if it happens every time, its log has the reason.
refused-graph = ComfyUI did not accept this: { $problems }
refused-whole = ComfyUI did not accept this workflow: `{ $message }`. Whoever runs this bot has to mend the workflow.
refused-several = { $first } { $second }
refused-option = option `{ $option }`
refused-input = input `{ $input }` of the node “{ $node }”
refused-no-class = it does not have the node `{ $type }` (any more). Whoever runs it can install the pack that brings it.
refused-not-in-list = { $place } cannot be `{ $value }`. It has, for example: { $names }.
refused-too-small = { $place } cannot be { $value }; the smallest is { $minimum }.
refused-too-big = { $place } cannot be { $value }; the largest is { $maximum }.
refused-other = { $place }: `{ $message }`.

## doctor

setting-unknown = { $file } sets { $name }, which is no setting of this bot.
setting-misspelt = { $file } sets { $name }, which is no setting of this bot. Did you mean { $near }?
doctor-settings = Settings: { $file } and the environment; relative paths in them begin in { $folder }
doctor-settings-around = Settings: the environment alone; there is no .env in { $folder }, where relative paths begin
doctor-token-missing = DISCORD_TOKEN is not set. Create an application at https://discord.com/developers/applications, open “Bot”, press “Reset Token” and put the token into .env.
doctor-token-refused = Discord does not accept DISCORD_TOKEN. Open “Bot” in your application, press “Reset Token” and put the new token into .env.
doctor-application = Discord knows the token: application “{ $name }”
doctor-invite = Invite it with: { $link }
doctor-user-install = People can install it in their own account and use it anywhere: { $link } (everybody can, unless Bot → Public Bot is off; `USER_INSTALL=false` ends it)
doctor-user-install-off = Only servers can have it. For use with one's own account anywhere: Developer Portal → Installation → User Install, then start the bot again
doctor-gateway = Discord's gateway answers; { $remaining } of { $total } starts are left today
doctor-shards = This process has shards { $first } to { $last } of { $count }; Discord recommends { $recommended }
doctor-shards-too-few = SHARDS has { $count ->
    [one] one shard
   *[other] { $count } shards
 }, Discord recommends { $recommended }. Name as many, or leave SHARDS unset
doctor-shards-apart = SHARDS leaves some to other bots, and with an SQLite ledger those know nothing of this one. Set DATABASE=postgresql://… for all of them
doctor-gateway-strange = Discord's gateway answers, but not as expected. Is there a proxy in between?
doctor-discord-strange = What answers in Discord's place does not answer as Discord does. Is there a proxy in between?
doctor-discord-away = Discord cannot be reached ({ $problem }). Check this machine's connection.
doctor-no-answer = no answer within { $seconds } seconds
doctor-workflows = { $count ->
    [one] { $count } workflow in { $folder } reads well
   *[other] { $count } workflows in { $folder } read well
}
doctor-backend = ComfyUI { $backend }: version { $version } on { $devices }; { $running } running, { $waiting } waiting
doctor-backend-away = { $problem } Is it started, and is COMFYUI_URLS right?
doctor-backend-unauthorized = ComfyUI { $backend } wants to know who asks. Set COMFYUI_BASIC_AUTH, COMFYUI_BEARER_TOKEN or COMFYUI_HEADERS.
doctor-worker = Other processes know this worker as { $name }
doctor-reported = ComfyUI { $backend }: its worker spoke { $seconds } s ago
doctor-reported-away = ComfyUI { $backend } is away: its worker spoke { $seconds } s ago. Is the worker started, and its ComfyUI?
doctor-reported-none = No worker has told of a ComfyUI yet. Start one beside each: `python -m bot run --role worker` with this DATABASE.
role-alone = The role { $role } goes with DATABASE=postgresql://…, where bots and workers meet; with an SQLite file one process does everything: leave --role out.
doctor-lacks-pack = ComfyUI { $backend } lacks the pack { $pack } for { $workflows }: install it for { $nodes }
doctor-lacks-update = ComfyUI { $backend } is too old for { $workflows }: update it, it lacks { $nodes }
doctor-lacks-nodes = ComfyUI { $backend } lacks nodes for { $workflows }, and no file names their pack: { $nodes }
doctor-lacks = ComfyUI { $backend } cannot run /{ $workflow }: { $reason }
doctor-not-offered = /{ $workflow } is not offered: { $reason }
doctor-stand-in = /{ $workflow } has “{ $wished }” as its { $option }, and no ComfyUI has that: another one stands in, and each job says so
doctor-commands = Commands offered: { $names }
doctor-prompt-helper = The prompt helper { $endpoint } answers with the model { $model }
doctor-prompt-helper-silent = The prompt helper { $endpoint } gives no answer that can be used ({ $problem }). Check PROMPT_HELPER_URL, PROMPT_HELPER_MODEL and PROMPT_HELPER_KEY; until then jobs run with people's own words.
doctor-classifier = The classifier { $endpoint } answers. Labels that it knows, for `/settings`: { $labels }
doctor-classifier-silent = The classifier { $endpoint } gives no answer that can be used ({ $problem }). Check CLASSIFIER_URL and CLASSIFIER_KEY; until then “Without the classifier” in each server's `/settings` decides.
doctor-wildcards = { $count ->
    [one] One wildcard
   *[other] { $count } wildcards
} in { $folder }
wildcards-too-many = The folder of wildcards { $folder } holds too much: { $file } and what follows is not read
wildcards-wrong-name = { $file } is no wildcard: its name and folders may have letters, digits, - and _ only, and no two _ together
wildcards-too-large = { $file } is too large for a wildcard: at most { $kilobytes } KB are read
wildcards-unreadable = { $file } cannot be read: { $problem }
doctor-database = The database { $path } can be written
doctor-database-in-use = The database { $path } is in use by a running bot
doctor-everything-paused = Everything is paused: no job begins until `/owner resume`
doctor-backend-paused = ComfyUI { $backend } is paused: no job begins there until `/owner backends` resumes it
doctor-quarantined = { $reason } See `/owner quarantine`.
doctor-guilds-outside = { $count ->
        [one] One server has the bot and is not on ALLOWED_GUILDS
       *[other] { $count } servers have the bot and are not on ALLOWED_GUILDS
    }: { $names }
doctor-database-wrong = { $problem }
doctor-metrics = Metrics are at http://{ $place }/metrics while the bot runs
doctor-metrics-open = Metrics are at http://{ $place }/metrics while the bot runs, for whoever reaches that address: there is no login
doctor-metrics-off = METRICS_LISTEN is off: nobody can watch the bot
moved-table = { $table }: { $rows } moved
moved-files = files that jobs start from: { $count } moved
moved-all = Everything is in { $place } now, and still where it was. Set DATABASE to it and start the bot; keep the old one until you have seen it work.
doctor-font = Chinese labels of contact sheets are drawn in { $path }
doctor-font-missing = No font with Chinese characters was found: labels of contact sheets show “?” in their place. Install one, for instance `apt install fonts-noto-cjk`.

## a copy of what the bot keeps

backup-made = Jobs and files are copied into { $folder }. Keep it like a password: what people asked for is in it.
backup-there = There is a copy in { $folder } already. Name another folder, for instance by the date.
backup-of-server = DATABASE names a PostgreSQL server, which has programs of its own for this: pg_dump and pg_restore. bot/GUIDE.md has the lines.
backup-not-copied = { $file } cannot be copied: { $problem }.
restore-made = The copy in { $folder } is in place; jobs that were open in it go on at the next start. { $before }
restore-before = What was there before is { $file } now.
restore-nothing-before = Nothing was there before.

## the ledger's databases, and Discord's gateway

store-in-use = The database { $path } is in use by another running Comfycord. Stop that one first, or set DATABASE to another file.
store-not-usable = The database { $path } cannot be used: { $problem } ({ $file }).
store-not-locked = The database { $path } cannot be locked ({ $problem }). Set DATABASE to a file on a local disk.
store-missing = There is no database { $path }.
store-not-opened = The database { $path } cannot be opened: { $problem }. Check that its folder is writable and its disk has room, or set DATABASE to another file.
store-damaged = The database { $path } is damaged: { $problem }. Move it away, with its -wal and -shm files, and put a backup in its place, or start without one: then the bot begins with an empty queue.
store-replaced = The database { $path }, or its -wal file, was deleted or replaced while the bot was running. Put a backup in its place, or start without one: then the bot begins with an empty queue.
store-not-written = The database { $path } could not be written for { $seconds } seconds: { $problem }. Check the disk and the rights of its folder, then start the bot again.
store-newer = The database { $path } is of a newer Comfycord (format { $found }; this one knows up to { $known }). Upgrade Comfycord, or set DATABASE to another file.
store-foreign = { $path } is the database of another program. Set DATABASE to another file.
store-old-sqlite = This Python comes with SQLite { $version }, Comfycord needs 3.37 or newer. Use a newer Python.
store-no-log = The disk of the database { $path } cannot hold a write-ahead log. Use a local disk.
store-no-folder = The folder of the database { $path } cannot be made: { $problem }. Make it, or set DATABASE to a file in another folder.
store-rows-lost = { $found } of { $expected } rows of { $table } were moved; nothing was changed.
store-no-driver = DATABASE names a PostgreSQL server, and what speaks to one is not installed: pip install 'comfycord[postgres]'
store-server-not-opened = The database { $label } cannot be opened: { $problem }. Check that its server runs, and its user and password.
store-server-damaged = The database { $label } is damaged: { $problem }. Restore a backup of it.
store-server-busy = { $count ->
    [one] One other session has
   *[other] { $count } other sessions have
 } the database { $label } open. Stop every bot and every worker first.
store-server-old = The server of { $label } is older than PostgreSQL 13. Use a newer one.
store-server-tables = The tables of { $label } are not of this version, and { $user } may not change them. Start `python -m bot doctor` once with the owner of the database in DATABASE.
store-server-standby = The server of { $label } is a standby, which takes no writes. Name the primary one.
store-server-rights = { $user } may not write the tables of { $label }. Its owner can allow it: see roles.sql.
store-server-foreign = { $label } is the database of another program. Make an empty one, and set DATABASE to it.
store-server-newer = The database { $label } is of a newer Comfycord (format { $found }; this one knows up to { $known }). Upgrade Comfycord, or set DATABASE to another one.
store-server-address = DATABASE is no address that PostgreSQL understands. Write it like postgresql://user:password@host/name, and %XX for each character of the password that means something in an address.
store-tables-differ = The two databases have different tables; one of them was changed by hand.
store-not-empty = There are rows in the table { $table } of the new database already. Name an empty one: nothing is overwritten.
moving-damaged = The file { $blob } is damaged. Remove it from the source, and begin anew.
connect-token = Discord refuses the token: copy it anew from the Developer Portal (Bot → Reset Token).
connect-token-gateway = Discord's gateway refuses the token: copy it anew from the Developer Portal (Bot → Reset Token).
connect-shard = Discord does not know shard { $shard }: look at SHARDS.
connect-too-few = The bot is in too many servers for so few connections: leave SHARDS unset, or name more shards in it. `python -m bot doctor` says how many Discord recommends.
connect-version = Discord's gateway no longer speaks this version: update discord.py.
connect-intents = Discord refuses the intents, though none of them is privileged.
connect-closed = Discord closed the connection for good (code { $code }).

## what an operating system says

os-missing = No such file or directory
os-no-right = Permission denied
os-not-permitted = Operation not permitted
os-exists = File exists
os-no-folder = Not a directory
os-folder = Is a directory
os-full = No space left on device
os-read-only = Read-only file system
os-name-long = File name too long
os-circle = Too many levels of symbolic links
os-disk = Input/output error

## settings

settings-need-change = The settings need a change:
setting-wrong = { $setting }: { $problem }
setting-guilds = write the ids of servers, separated by commas
setting-syntax = write choices, wildcards or loras, separated by commas, or none
setting-no-server = name at least one ComfyUI, for example http://127.0.0.1:8188
setting-server-address = address { $number } is not like http://127.0.0.1:8188
setting-helper-address = write it like http://127.0.0.1:11434/v1
setting-helper-password = put no user or password into the address: the setting for the key is for that
setting-no-certificates = { $file } holds no certificates in PEM form: { $problem }
setting-user-password = write it as user:password
setting-loopback = only a stand-in on this machine (127.0.0.1) can take Discord's place
setting-secret-file = { $setting }: { $file } cannot be read: { $problem }
setting-sandbox-token = DISCORD_API_BASE and DISCORD_GATEWAY_URL go with a token that begins with '{ $prefix }': a real token is never sent to a stand-in
setting-sandbox-both = DISCORD_API_BASE and DISCORD_GATEWAY_URL are set together or not at all
setting-one-access = COMFYUI_BASIC_AUTH and COMFYUI_BEARER_TOKEN: set one of them, not both
setting-helper-model = PROMPT_HELPER_URL goes with PROMPT_HELPER_MODEL: name the model that is to be asked
setting-headers = COMFYUI_HEADERS: write each as `Name: value`, separated by `;`
setting-metrics-place = write it like 127.0.0.1:9464 or [::1]:9464, or off
setting-whole-number = write a whole number
setting-number = write a number
setting-flag = write true or false
setting-at-least = write { $least } or more
setting-at-most = write { $most } or less
setting-above = write more than { $least }
setting-one-of = write one of: { $names }
setting-other = { $said }
env-file-missing = { $file } is missing: copy .env.example to that name, or leave out --env-file
env-file-encoding = { $file } is not UTF-8 text: save it again with the encoding UTF-8
token-not-set = DISCORD_TOKEN is not set. `python -m bot doctor` says where to find it; `python -m bot sandbox` needs none.
inputs-folder-unusable = The folder of files that people hand in, { $folder }, cannot be used: { $problem }. Mend its rights, or set DATABASE to a file in another folder.

## files of workflows

wrong-at = { $place } { $problem }
wrong-in = { $file }: { $problem }
place-option = { $file }: option '{ $name }'
place-part = { $place }, '{ $key }',
node-plain = node { $id } ({ $class })
node-titled = node '{ $title }' ({ $id }, { $class })
input-of = '{ $input }' of { $node }
joined-and = { $first } and { $second }
joined-or = { $first } or { $second }
near-names = did you mean { $names }?
near-all = there is { $names }
near-none = there is none
wrong-key = does not know the key '{ $key }'; { $near }
wrong-value = has a '{ $key }' that must be { $expected }, not { $value }
expected-text = a text in quotes
expected-flag = true or false
expected-number = a number
expected-scalar = a text, a number, true or false
expected-texts = a list of texts: ["one", "two"]
expected-table = a table
expected-tables = a list of tables
wrong-toml = { $file } is not TOML: { $problem }
wrong-depth = { $file } is nested deeper than any command needs
wrong-size-required = is required, and a size may always be left out
wrong-required-unseen = is required and { $key }: people could not give it
wrong-required-default = is required and has a default: leave out one of the two
wrong-min-max = has a min of { $min } above its max of { $max }
wrong-step-sign = has a step of { $step }, and a step must be above 0
wrong-sizes = has several options of the type 'size', { $names }: leave one
wrong-size-side = has the option '{ $option }' of the type 'size', and no option '{ $side }'
wrong-two-ways = has 'targets' beside 'node' and 'input': use one of the two ways
wrong-no-target = needs 'node' and 'input': what it sets in the graph
wrong-type = has the type '{ $type }', which there is not; { $near }
wrong-name = has the name '{ $name }', which Discord refuses: it { $problem }
wrong-no-description = needs a description: one line that Discord shows beside the name
wrong-description = has a description that Discord refuses: it { $problem }
rule-name = must be 1 to 32 letters, digits, '-' or '_', without spaces
rule-lower = must be lower case: '{ $name }'
rule-description = must have 1 to { $most } characters, and has { $count }
rule-aside = may not begin with '_', for such folders are passed over
wrong-prompt = names the option '{ $name }' as its prompt, which there is not; { $near }
wrong-syntax = names '{ $name }' as prompt_syntax, which there is not; { $near }
wrong-own-option = names '{ $name }' in own_options, which there is not; { $near }
wrong-node = names the node '{ $node }', which the graph does not have; { $near }
wrong-nodes = names the node '{ $node }', which may be { $nodes }: give them different titles
wrong-too-many = has { $count } options, and at most { $most } can be asked for
wrong-too-many-required = requires { $count } options, and a command of Discord's has { $most } at most
wrong-set-twice = sets '{ $input }' of { $node } twice: by the options { $names }
wrong-same-name = calls two options '{ $name }'
wrong-same-name-in = calls two options '{ $name }' in { $locale }
wrong-input = names the input '{ $input }', which { $node } does not have; { $near }
wrong-input-gone = sets '{ $input }', which { $node } does not have; { $near }
wrong-linked = sets '{ $input }' of { $node }, which is linked to another node: set that node's input
wrong-held = sets '{ $input }' of { $node }, which holds neither a text nor a number: { $value }
wrong-set-prefix = sets '{ $input }' of { $node }, which the bot sets itself: no words of a person name files
wrong-prefix = { $node } has the '{ $input }' '{ $value }': it must stay inside ComfyUI's output folder and may not contain '..'
folder-unseen = { $folder } cannot be looked into: { $problem }
folder-none = { $folder } is not a folder: make it, or set WORKFLOWS_DIR to where the workflows are
folder-nameless = { $folder } has a name of which no command can be made: rename it
folder-bug = { $folder } meets a bug in the bot, which the log has as { $id }
same-command = { $one } and { $other } both make the command '{ $name }': rename one
own-command = { $folder }: /{ $name } is one of the bot's own commands: give it another name
path-unreadable = { $file } cannot be read: { $problem }
file-not-utf8 = { $file } is not UTF-8: save it with that encoding
file-missing = { $file } is missing: a workflow is a folder with { $graph } and { $command }
workflow-file-missing = { $file } is missing: a workflow is a folder with { $graph }, or with a picture or another file made by ComfyUI, and perhaps a { $command }
workflow-file-several = { $folder } has several files ({ $names }): call the workflow { $graph }
title-taken = Another node has the title '{ $id }', so that { $node } cannot be named: change it.
wrong-after = names the workflow '{ $name }' for '{ $button }', which there is not; { $near }
wrong-button = names the button '{ $name }', which there is not; { $near }
wrong-of-kind = has 'of', which only an option of the type { $types } has
wrong-of-beside = has 'of' beside '{ $key }': it is laid over the picture, and sets nothing itself
wrong-area-of = needs 'of': the name of the picture option of which it is an area
wrong-mask-of = needs 'of', the name of the picture option that it is laid over; or 'node' and 'input' of a node that loads a mask by itself
wrong-size-sets = has '{ $key }': an option of the type 'size' sets the options 'width' and 'height'
wrong-answer-key = has '{ $key }', which an option of the type '{ $type }' cannot have
wrong-laid-over = has the option '{ $option }' of '{ $of }', which is no option of the type 'image'; { $near }
wrong-masks = has several masks of the picture '{ $of }', { $names }: leave one
wrong-areas = has several areas of the picture '{ $of }', { $names }: leave one
wrong-no-loader = has the type '{ $type }', and { $input } loads no file: set the input of a loader, such as 'image' of a LoadImage node
wrong-loads = has the type '{ $type }', and { $input } loads '{ $loads }'
wrong-no-number = has a min, max or step, and { $input } takes no number
wrong-default-near = has the default '{ $default }'; { $near }
wrong-default-span = has the default { $default }, which is not { $span }: give another 'default' for { $input }
wrong-default-kind = has the default { $default }, and { $input } takes '{ $type }'
wrong-differ = sets { $input }, which differ in the graph: give a 'default'
span-from = from { $number }
span-to = to { $number }
span-step = in steps of { $number }
joined-words = { $first } { $second }
wrong-no-span = has no number left that { $input } would take
wrong-min = has the min { $min }, and { $input } takes no less than { $lowest }
wrong-max = has the max { $max }, and { $input } takes no more than { $highest }
wrong-step = has the step { $step }, and { $input } goes in steps of { $wanted }
wrong-min-step = has the min { $min }, and { $input } goes in steps of { $step } from { $base }
wrong-kinds-differ = sets inputs that take different things: { $input }
wrong-choices = has choices, and { $input } takes no text: leave them out, or use min and max
wrong-takes = has the type '{ $type }', and { $input } takes '{ $takes }'
wrong-file-type = sets { $input }, which loads a file: give it the type of that file, such as 'image'
wrong-list-kept = sets { $input }, whose list the server keeps to itself: give 'choices'
wrong-names-file = sets { $input }, which names a file: no words of a person may do that
add-name = --name '{ $name }' will not do: it { $problem }
add-exists = { $folder } is there already, and stays as it is: give another --name
add-same = { $folder } makes the command '{ $name }' already: give another --name

## what bot.comfy tells (its phrases, by their names)

comfy-error = ComfyUI at { $server } { $what }.
comfy-timed-out = did not answer { $asked } within { $seconds } s
comfy-not-let-in = or the proxy in front of it refused { $asked } ({ $status })
comfy-nothing-there = has nothing at { $asked } ({ $status })
comfy-refused-as-too-large = refused { $asked } as too large: { $said }
comfy-login-page = is behind a login page, which answered { $asked }: { $remedy }
comfy-login-page-by = is behind a login page ({ $by }), which answered { $asked }: { $remedy }
comfy-let-in = give the bot what the proxy lets in, as header, user and password, or bearer token
comfy-answered = answered { $asked } with { $status }: { $why }
comfy-redirect = redirect to { $target }
comfy-redirect-to-https = redirect to { $target }; write https:// in its address
comfy-redirect-elsewhere = redirect to { $target }; another host is asked only if COMFYUI_REDIRECT_HOSTS names it, and for files only
comfy-redirect-nowhere = redirect to nowhere
comfy-nothing-said = (nothing)
comfy-web-page = answered { $asked } with a web page: is that the address of a ComfyUI, and does a login page stand before it?
comfy-speaks-https = cannot be reached: it speaks https; write https:// in its address
comfy-speaks-http = speaks plain http where https was tried: write http:// in its address, or put https before it
comfy-unreachable = cannot be reached: { $reason }
comfy-unreachable-https = cannot be reached over https: { $reason }
comfy-name-impossible = its name cannot be one
comfy-name-unknown = Name or service not known
comfy-name-unresolved = Temporary failure in name resolution
comfy-connection-refused = Connection refused
comfy-connection-reset = Connection reset by peer
comfy-connection-timed-out = Connection timed out
comfy-no-route = No route to host
comfy-no-network = Network is unreachable
comfy-went-away = went away during { $asked }: { $reason }
comfy-more-than-read = answers { $asked } with more than is read: { $why }
comfy-more-than-allowed = answers { $asked } with more than the { $most } bytes allowed
comfy-graph-refused = refused the graph: { $said }
comfy-stream-ended = ended the event stream ({ $code })
comfy-stream-ended-with = ended the event stream ({ $code }: { $said })
comfy-certificates-unreadable = cannot be reached: the certificates in { $file } cannot be read ({ $reason })
comfy-certificate-unsigned = shows a certificate that no known authority signed ({ $said }): name the authority's or the certificate's own PEM file in COMFYUI_CA_FILE (or in SSL_CERT_FILE)
comfy-certificate-expired = shows a certificate that has expired: renew it there (and check the clocks)
comfy-certificate-of-another = shows a certificate of another name: write the name in it as the address ({ $said })
comfy-certificate-untrusted = shows a certificate that cannot be trusted: { $said }
comfy-several-accesses = A server takes one of user with password, bearer token, and Authorization header.
comfy-header-impossible = The header { $name } has a character that headers cannot have.
comfy-address-wrong = This is not the address of a ComfyUI. Write it like http://127.0.0.1:8188.
comfy-address-with-query = The address of a ComfyUI has no '?' or '#'; keys go into headers. Write it like http://127.0.0.1:8188.
comfy-not-json = not JSON: { $reason }
comfy-member-missing = a member is missing between commas
comfy-object-expected = an object was expected
comfy-array-expected = an array was expected
comfy-too-deep = nested deeper than { $most } levels
comfy-too-many-bytes = more than { $most } bytes
comfy-too-many-elements = more than { $most } elements
comfy-too-many-elements-or = more than { $most } elements, or { $each } in one member
comfy-key-missing = '{ $key }' is missing
comfy-no-comfyui = 'system' is missing: is this a ComfyUI?
comfy-queue-item = a queue item without number and prompt_id
comfy-frame-short = the frame ends early
comfy-frame-node = 'node' is missing: null would mean the end
comfy-graph-no-json = This is not JSON ({ $reason }).
comfy-graph-no-object = A graph is a JSON object of nodes; this is something else.
comfy-graph-of-editor = This is the editor's format; export it with 'Save (API Format)' or 'Export (API)'.
comfy-graph-empty = The graph has no nodes.
comfy-node-classless = '{ $node }' is not a node: it has no class_type.
comfy-node-inputs = Node '{ $node }' ({ $name }): inputs must be an object.
comfy-graph-unwritable = The graph cannot be written as JSON ({ $reason }).
comfy-ui-is-api = This is not a UI graph: it is in API format already.
comfy-ui-no-nodes = This is not a UI graph: it has no list of nodes.
comfy-definitions-too-deep = The subgraphs are nested more than { $most } deep.
comfy-too-many-nodes = The file has { $count } nodes; at most { $most } are taken.
comfy-too-many-links = The file has { $count } links; at most { $most } are taken.
comfy-too-many-sockets = A node has { $count } inputs or outputs; at most { $most } are taken.
comfy-node-no-id = A node ('{ $name }') has no id.
comfy-same-id = Two nodes have the same id { $node }.
comfy-same-id-in = Two nodes of the subgraph '{ $subgraph }' have the same id { $node }.
comfy-same-id-written = Two nodes would have the same id { $node }.
comfy-value-too-deep = A value is nested more than { $most } deep.
comfy-subgraph-too-deep = The subgraph '{ $subgraph }' is nested more than { $most } deep.
comfy-subgraph-in-itself = The subgraph '{ $subgraph }' contains itself.
comfy-too-many-written = Written out, the subgraphs have more than { $most } nodes.
comfy-too-many-reroutes = The links pass through too many reroutes, bypassed nodes and broadcasts.
comfy-one-node = node { $nodes }
comfy-several-nodes = nodes { $nodes }
comfy-class-missing = The server has no node '{ $name }' ({ $nodes }).
comfy-class-missing-own = The server has no node '{ $name }' ({ $nodes }). It is one of ComfyUI's own, of another version.
comfy-class-missing-pack = The server has no node '{ $name }' ({ $nodes }). It comes with '{ $pack }'.
comfy-browser-value = Only the editor in a browser can render '{ $input }' of '{ $name }' ({ $nodes }): save the view as a picture there, and load that with LoadImage in its place.
comfy-unusable-value = '{ $input }' of '{ $name }' ({ $nodes }) holds { $value }, which is no file's name: the file was saved with another version of the node. Open it in ComfyUI, choose the file again, and save it.
comfy-unknown-option = '{ $name }' ({ $nodes }) on this server knows no '{ $value }' for '{ $input }': the file is newer, or made with another version of the node.
comfy-lost-wires = The links of '{ $name }' ({ $nodes }) are not in the file; export it with 'Export (API)', or send a picture that it made.
comfy-circle = The links go round in a circle ({ $nodes }).
comfy-node-left-out = Node { $node } ({ $name }) is unknown to the server and wired to nothing; it is left out.
comfy-link-dropped = Node { $node } ({ $name }) has no input '{ $input }' on this server; its link was dropped.
comfy-records = Node { $node } ({ $name }) records '{ $input }' in a browser; it needs a file instead.
comfy-in-node = Node { $node } ({ $name }): { $problem }
comfy-in-titled-node = Node { $node } ('{ $title }', { $name }): { $problem }
comfy-misfit-held = '{ $input }' holds { $value }, which is { $what }; the default { $instead } is sent instead.
comfy-misfit-given = '{ $input }' gets from node { $giver } { $value }, which is { $what }; its own { $instead } is sent instead.
comfy-no-whole-number = no whole number
comfy-no-number = no number
comfy-no-flag = neither true nor false
comfy-no-text = no text
comfy-no-choice = none of its choices

## jobs

jobs-too-many-of-user =
    { $open ->
        [one] You already have one open job
       *[other] You already have { $open } open jobs
    }, and one person may have { $limit } at once. Wait until one has finished, or cancel one with `/cancel`.
jobs-too-many-of-guild =
    { $open ->
        [one] This server already has one open job
       *[other] This server already has { $open } open jobs
    }, and { $limit } are allowed at once. Try again when one has finished.
jobs-store-full = The disk of this bot is full, so it cannot take new jobs; those already queued go on. Whoever runs the bot has to make room on the disk.
jobs-store-unwritable = This bot cannot write its job list at the moment, so it cannot take new jobs. Whoever runs the bot should check the disk and the rights to the database file.
jobs-store-away = This bot cannot reach its job list at the moment, so nothing was done. Try again in a minute; whoever runs the bot should check its database server.
jobs-store-busy = The job list of this bot is being used by another program, so nothing was done. Try again in a moment.

## workflows

workflow-waits-for-server = It is a workflow of ComfyUI's editor, and no ComfyUI has answered yet that could say what its values mean.
workflow-not-convertible = { $problem }
workflow-description = Runs the workflow “{ $name }”
value-missing = The option `{ $option }` is needed.
value-needs-file = `{ $option }` takes a file, and cannot be given in words: attach it.
value-takes-no-file = `{ $option }` takes no file any more. Discord may show the old command until you reload it.
value-mask-without-picture = `{ $option }` says where to change the picture of `{ $picture }`: attach that picture, too.
value-mask-twice = `{ $first }` and `{ $second }` both say where to change the picture: leave one of them out.
value-unknown-option = There is no option `{ $option }` any more. There is: { $names }. Discord may show the old command until you reload it.
value-too-long = `{ $option }` may have { $maximum } characters at most; this has { $length }.
value-not-listed = `{ $option }` cannot be “{ $value }”: that is not on the list. Did you mean { $names }?
value-not-listed-at-all = `{ $option }` cannot be “{ $value }”: that is not on the list. It has, for example: { $names }.
value-not-boolean = `{ $option }` is either true or false, and cannot be “{ $value }”.
value-not-integer = `{ $option }` needs a whole number, and “{ $value }” is none.
value-not-seed = `{ $option }` needs a seed, and “{ $value }” is none: a whole number from { $minimum } to { $maximum }, in digits only. Leave it out for a new one.
value-not-number = `{ $option }` needs a number, and “{ $value }” is none.
value-out-of-range = `{ $option }` must be from { $minimum } to { $maximum }, and cannot be { $value }.
value-too-small = `{ $option }` must be at least { $minimum }, and cannot be { $value }.
value-too-big = `{ $option }` must be at most { $maximum }, and cannot be { $value }.
value-off-step = `{ $option }` goes in steps of { $step }, and cannot be { $value }. The nearest: { $nearest }.
value-only-with = `{ $option }` only exists with { $choices }: leave it out, or choose one of those.
value-not-with = `{ $option }` cannot be “{ $value }” with { $choice }. There is: { $names }.
value-not-within = `{ $option }` must be from { $minimum } to { $maximum } with { $choice }, and cannot be { $value }.
value-too-many-pixels = { $width } × { $height } is more than the { $most } pixels that are allowed here. Try a smaller `{ $option }`, or another shape.
workflow-beyond = It has { $input } { $value } set, and { $most } is the most that is allowed here. Make it smaller there.
workflow-beyond-pixels = It makes { $width } × { $height }, which is more than the { $most } pixels that are allowed here. Make it smaller there.
workflow-broken-node = The node { $node } is installed, and its pack is broken: { $problem } Update or remove the pack; the log of ComfyUI says more.
workflow-lacks-node = The node { $node } is not installed.
workflow-lacks-node-nearest = The node { $node } is not installed. The nearest that is: { $nearest }.
workflow-lacks-own-node = The node { $node } is one of ComfyUI's own, and this version of ComfyUI does not have it: update ComfyUI.
workflow-lacks-own-node-here = The node { $node } is one of ComfyUI's own, and the sandbox's stand-in for ComfyUI does not have it. Try the workflow on a real one: `python -m bot sandbox --comfyui URL`.
workflow-lacks-name = “{ $name }”, which { $node } needs as { $input }, is not there.
workflow-lacks-name-nearest = “{ $name }”, which { $node } needs as { $input }, is not there. The nearest that is: { $nearest }.
workflow-lacks-input = { $node } is installed in a version without the input { $input }.
workflow-lacks-type = { $node } is installed in a version whose input { $input } takes something else.
workflow-lacks-node-pack = The node { $node } is not installed. It comes with the pack { $pack }.
workflow-lacks-any = There is nothing to choose from for the option `{ $option }`: the list of { $node } is empty.
workflow-lacks-output = None of its nodes shows or saves anything, so ComfyUI refuses it: add a node such as SaveImage.
workflow-lacks-nodes = It has no nodes at all: open it in ComfyUI, and export it again.
workflow-lacks-choices = { $node } needs a file that is not there. One of these will do: { $names }.
policy-denied = Not allowed: { $node }. Whoever runs this bot has ruled this kind of node out.
policy-read = Not allowed: { $node } can read files from anywhere on ComfyUI's machine.
policy-write = Not allowed: { $node } can write or delete files elsewhere than this bot looks for results.
policy-code = Not allowed: { $node } runs code that somebody types.
policy-address = Not allowed: { $node } reaches other addresses, or sends what it is given to a service.
policy-install = Not allowed: { $node } downloads or installs things on ComfyUI's machine.
policy-linked = Not allowed: “{ $input }” of { $node } names a file, and another node would say which. Choose the file in the node itself.
policy-outside = Not allowed: “{ $input }” of { $node } is “{ $value }”, which leads out of ComfyUI's own folders. Use a file that is attached, or one that the node lists.
policy-unlisted = Not allowed: “{ $input }” of { $node } is “{ $value }”, which is neither attached nor in the node's list.
policy-place = Not allowed: “{ $input }” of { $node } is a path, an address or a program, and it is “{ $value }”. Leave it empty, or as the node comes.
policy-prefix = Not allowed: “{ $input }” of { $node } is “{ $value }”. Results stay in ComfyUI's output folder: no “..”, no absolute path, and no placeholder but ComfyUI's own.
workflow-check-members = If a member brought it, it would be refused:
source-how = Send the file as ComfyUI saved it: from a computer and as a file, not a screenshot, not “Copy image”, not a copy that a chat or a phone has re-encoded. Or send the workflow itself, as JSON (in ComfyUI: Workflow → Export).
source-empty = The file is empty.
source-unknown = This is not a kind of file that carries a workflow. Send a picture, video or sound that ComfyUI saved, or the workflow as JSON (in ComfyUI: Workflow → Export).
source-nothing-json = This JSON is not a workflow: it has neither the nodes of the editor nor those of the API format. In ComfyUI: Workflow → Export, or Export (API).
source-nothing-picture = This { $form } picture has no workflow in it: it was not saved by ComfyUI, or lost it on the way. { $how }
source-nothing-jpeg = This JPEG has no workflow in it. ComfyUI itself saves PNG or WebP, so this is probably a copy. { $how }
source-nothing-media = This { $form } file has no workflow in it: it was not saved by ComfyUI, was re-encoded, or ComfyUI was told to keep no metadata. { $how }
source-nothing-model = This file of weights has no workflow in it. { $how }
source-nothing-possible = { $form } files cannot carry a workflow. If ComfyUI saved a PNG of the same name beside it, send that one. { $how }
source-nothing-foreign = This picture has the settings of another program in it, not a workflow of ComfyUI. Rebuild it in ComfyUI and send the workflow as JSON (Workflow → Export).
source-nothing-settings = This picture has the settings of another program in it, not a workflow of ComfyUI: prompt and numbers alone do not say which nodes to run. Put them into a workflow in ComfyUI, and send that as JSON (Workflow → Export). It was made with: { $settings }
source-zip-nothing = The zip has no workflow in it. Put the workflow’s JSON into it (in ComfyUI: Workflow → Export), or send that alone.
source-zip-several = The zip has several workflows: { $names }. Send one of them.
source-zip-too-many = The zip holds more than { $limit } files. Send the workflow alone.
source-zip-locked = The zip is locked with a password. Send the workflow alone, or a zip without one.
source-zip-packed = The zip is packed in a way that is not read here. Make an ordinary zip, or send the workflow alone.
source-cut-short = The file is damaged: it ends too early, or its lengths contradict each other. Download or export it again.
source-not-json = The workflow in this file is not JSON: something is wrong at line { $line }, column { $column }. Export it again from ComfyUI.
source-not-utf8 = The workflow in this file is not UTF-8. Save it with that encoding, or export it again from ComfyUI.
source-key-twice = The JSON says “{ $key }” twice in one place, so it is unclear which of the two is meant. Export it again from ComfyUI.
source-not-a-graph = This looks like a workflow in API format, and is wrong: { $problem }
source-ui-not-a-node = This looks like a workflow of the editor, but something among its nodes is not a node. Export it again from ComfyUI.
source-id-twice = Two nodes of the workflow have the id { $node }. Open it in ComfyUI and export it again.
source-link-nowhere = Node { $node } is linked to node { $missing }, which the workflow does not have.
source-cycle = The nodes of the workflow are linked in a circle: { $nodes }.
source-too-big = What the file holds where the workflow should be is larger than { $megabytes } MB, which no workflow needs.
source-too-many-pieces = The file is in more than { $limit } pieces; it was given up on.
source-too-many-values = The JSON has more than { $limit } values, which no workflow needs.
source-too-deep = The JSON is nested deeper than { $limit } levels, which no workflow needs.
source-too-many-nodes = The workflow has more than { $limit } nodes, and that is the limit.
option-image = image
option-image-about = The picture that it starts from
option-mask = mask
option-mask-about = A picture that says where something is to happen
option-video = video
option-video-about = The video that it starts from
option-audio = audio
option-audio-about = The sound that it starts from
option-file = file
option-file-about = The file that it starts from
option-prompt = prompt
option-prompt-about = What it should show
option-prompt-asks = What to ask or tell it
option-prompt-sounds = What is to be said or heard
option-find = find
option-find-about = What to look for in the picture
option-negative = negative
option-negative-about = What to keep out of it
option-tags = tags
option-tags-about = What the music is like: style, mood, instruments
option-lyrics = lyrics
option-lyrics-about = What is sung
option-seed = seed
option-seed-about = Same seed and options: same result. Left out: a new one each time
option-size = size
option-size-about = Size and shape of the picture
option-shape-about = Its shape, in a size that suits the model; instead of width and height
option-width = width
option-width-about = Width in pixels
option-height = height
option-height-about = Height in pixels
option-aspect-ratio = aspect-ratio
option-aspect-ratio-about = Width to height
option-resolution = resolution
option-resolution-about = How large it becomes
option-megapixels = megapixels
option-megapixels-about = How many million pixels it has: 1 is about 1024 × 1024
option-left = left
option-left-about = Pixels to add on the left
option-top = top
option-top-about = Pixels to add at the top
option-right = right
option-right-about = Pixels to add on the right
option-bottom = bottom
option-bottom-about = Pixels to add at the bottom
option-feathering = feathering
option-feathering-about = Pixels over which old and new picture blend
option-length = length
option-length-about = How many frames it has
option-duration = duration
option-duration-about = How long it lasts, in seconds
option-fps = fps
option-fps-about = Frames per second
option-sound = sound
option-sound-about = Whether it has sound
option-batch-size = batch-size
option-batch-size-about = How many at once
option-style = style
option-style-about = The style that it is made in
option-voice = voice
option-voice-about = Whose voice it is
option-effect-scene = effect-scene
option-effect-scene-about = The effect that it shows
option-camera-pose = camera-pose
option-camera-pose-about = How the camera moves
option-speed = speed
option-speed-about = How fast it goes: 1 is the usual
option-quality = quality
option-quality-about = How good it becomes: better takes longer
option-multiplier = multiplier
option-multiplier-about = How many times as much there is afterwards
option-control-strength = control-strength
option-control-strength-about = How closely to keep to the control picture
option-image-weight = image-weight
option-image-weight-about = How much of the picture is taken over
option-denoise = denoise
option-denoise-about = How much to change what it starts from: 1 is everything
option-steps = steps
option-steps-about = Sampling steps: more take longer and often look better
option-cfg = cfg
option-cfg-about = How closely to follow the prompt
option-guidance = guidance
option-guidance-about = How closely to follow the prompt
option-sampler = sampler
option-sampler-about = Sampling method
option-scheduler = scheduler
option-scheduler-about = How the noise is spread over the steps
option-checkpoint = checkpoint
option-checkpoint-about = The model that draws
option-model = model
option-model-about = The model that does the work
option-lora = lora
option-lora-about = The LoRA that shapes the style
option-lora-strength = lora-strength
option-lora-strength-about = How strongly the LoRA acts; 0: not at all
option-speed-lora = speed-lora
option-speed-lora-about = The LoRA that makes few steps enough
option-speed-lora-strength = speed-lora-strength
option-speed-lora-strength-about = How strongly the LoRA for few steps acts
option-lora-instead = The LoRA that is used in place of { $lora }
option-lora-strength-of = How strongly { $lora }, or what takes its place, acts; 0: not at all
option-controlnet = controlnet
option-controlnet-about = The model that keeps to the control picture
option-upscale-model = upscale-model
option-upscale-model-about = The model that enlarges
option-vae = vae
option-vae-about = The VAE that goes with the model
option-text-encoder = text-encoder
option-text-encoder-about = The text encoder that goes with the model
option-clip-vision = clip-vision
option-clip-vision-about = The model that looks at pictures
option-titled = { $title }: { $about }
option-switch = { $title }: on or off
option-place = { $title } ({ $node })
option-only-with = { $about } (only with { $choices })
size-square = square
size-portrait = portrait
size-landscape = landscape
size-wide = wide
size-tall = tall
workflow-wants-file = { $node } starts from the file “{ $file }”, which is not there. Put it into the input folder of ComfyUI, or let people attach one: offer an option for it in command.toml.

## delivery

status-fetching-again = It could not be had at first, so it is tried again.
status-fetching = { $what ->
    [image] Fetching your picture …
    [video] Fetching your video …
    [audio] Fetching your sound …
    [several] Fetching your files …
   *[other] Fetching your file …
}
status-wording = Asking the prompt helper for better words …
status-overlay = Your picture; the striped part is what will change
status-queued = { $ahead ->
    [0] Waiting – next in line
    [one] Waiting – one job ahead
   *[other] Waiting – { $ahead } jobs ahead
}
status-paused = this queue is paused
status-behind-people = { $people ->
    [one] behind one other person
   *[other] behind { $ahead } of { $people } people
}
status-starts = starts { $when }
status-nobody-has = No ComfyUI here has { $names } at the moment. Whoever runs it can install that; then this goes on.
status-servers-away = ComfyUI does not answer at the moment; this goes on as soon as it is back.
status-starting = Handed to ComfyUI, starting …
status-in-comfyui = Waiting inside ComfyUI, place { $place }
status-behind-others = { $count ->
    [one] behind one job of others on this ComfyUI
   *[other] behind { $count } jobs of others on this ComfyUI
}
status-step = step { $step } of { $steps }
status-since = started { $when }
status-until = ready { $when }
status-preview = How it looks so far
duration-seconds = { $seconds } s
duration-minutes = { $minutes }:{ $seconds } min
duration-hours = { $hours }:{ $minutes }:{ $seconds } h
status-done = Done in { $duration }
status-done-link = Done in { $duration } · [Show the result]({ $link })
status-partial-link = [Show what was posted]({ $link })
result-partial = What it had made before that:
file-empty = “{ $name }” is left out: the file is empty.
file-cut-short = “{ $name }” may be broken: the file ends too early.
file-kind-not-shown = “{ $name }” ({ $size }) is left out: this bot does not post files of this kind. ComfyUI keeps it.
outputs-left-out = { $count ->
    [one] One more file is left out
   *[other] { $count } more files are left out
}: this bot posts { $limit } at most. ComfyUI keeps them.
nothing-shown = It was made, but no file of it could be shown here. { $why }
lacks-right-to-post = The bot lacks the right “{ $right }” in this channel: the result will come in place of this message, or to you directly.
lacks-right-to-look = The bot lacks the right “Read Message History” in this channel: it cannot check what it has posted, so a result may come late.
cannot-look = The result is ready. It may be posted already, but the bot cannot see whether it is: it lacks the right “Read Message History” in this channel. As soon as somebody allows that, it goes on.
held-back = The result is ready, but a filter of this server (AutoMod) or of Discord holds its message back, most likely because of the prompt. Ask a moderator, or use other words.
prompt-no-wildcards = { $name } stayed as it is: this bot has no wildcards.
prompt-wildcard-unknown = { $name } stayed as it is: there is no such wildcard.
prompt-wildcard-meant = { $name } stayed as it is: there is no such wildcard. Did you mean { $names }?
prompt-wildcard-left = { $name } stayed as it is: the words would have become too long, or wildcards led to wildcards too often.
prompt-lora-none = LoRA “{ $name }” was left out: this workflow takes none.
prompt-lora-full = LoRA “{ $name }” was left out: { $count ->
    [one] this workflow takes one
   *[other] this workflow takes { $count }
}.
prompt-lora-unknown = LoRA “{ $name }” was left out: no ComfyUI here has one like it.
prompt-lora-similar = LoRA “{ $name }”: { $used } was used, which comes closest.
prompt-lora-unread = LoRA “{ $name }”: “{ $unread }” is no strength and was left out. Write <lora:name:0.8>.
prompt-lora-clamped = LoRA “{ $name }”: strength { $used } instead of { $strength }, which is out of range.
prompt-lora-over-option = { $option }: the prompt’s own { $used } was used, not { $value }.
stand-in = { $option }: { $used } stands in for { $wished }, which no ComfyUI here has
status-failed = Failed
status-left = Cancelled: whoever asked for it has left this server
status-cancelled = Cancelled by { $who }
status-stopped = Cancelled
status-moved = This takes longer than the 15 minutes for which Discord lets the bot write here. It [goes on in direct messages]({ $link }).
status-moved-nowhere = This takes longer than the 15 minutes for which Discord lets the bot write here, and you take no direct messages from it. This message changes no more unless it is done very soon; `/jobs` shows how it stands, and ℹ there gives you the files.

## reviews

status-in-review = Done. A moderator of this server looks at it before it is posted.
status-answers-directly = If they take longer than 15 minutes, you are told in a direct message.
status-withheld = Not shown
review-first = A moderator has to look at this first.
review-no-log-channel = Nobody can do that yet: this server has no log channel. Whoever manages the server names one with `/settings`.
review-log-channel-gone = Nobody can do that yet: the server’s log channel is gone, or the bot does not see it. Whoever manages the server can name another one with `/settings`.
review-log-channel-age = Nobody can do that yet: this is for adults alone, and the server’s log channel is not age-restricted.
not-age-restricted = The result is ready, and is for adults alone, but this channel is not age-restricted any more. As soon as somebody changes that, it goes on.
showcase-age = This is for adults alone, and the showcase is not age-restricted.
review-log-channel-right = Nobody can do that yet: in the server’s log channel the bot lacks “{ $right }”.
review-rejected = A moderator decided that this is not posted.
review-rejected-because =
    A moderator decided that this is not posted:
    { $reason }
review-undecided = No moderator decided about this in time, so it is not posted. You can ask for it again.
review-asked = May this be posted?
review-approved-by = Approved by { $who }
review-rejected-by = Rejected by { $who }
review-ended-undecided = Nobody decided in time: it is not posted
review-why = Why it is asked: { $why }
review-status = [Where it was asked for]({ $link })
review-ends = Without a decision it ends { $when }, and is not posted.
review-none = There is nothing to decide about this (any more).
review-not-moderator = Only moderators decide about this.
review-reject-title = Reject
review-reject-reason = Reason, for who asked for it
review-why-newcomer = joined the server less than { $days ->
    [one] one day
   *[other] { $days } days
 } ago
review-why-everybody = this server looks at every result first
button-approve = Approve
button-reject = Reject…

button-cancel = Cancel
mend-again = Try again
mend-size = Try at { $size }
mend-frames = Try with { $count } frames
mend-pictures = { $count ->
    [1] Try one picture at a time
   *[other] Try { $count } pictures at a time
}
mend-set = Set { $option } to { $value }
mend-choose = Choose another value for { $option }
mend-remind = Tell me when it is back
mend-install = What is missing?
reminder = <@{ $user }> ComfyUI is back, and can run this again.
reminder-job = <@{ $user }> ComfyUI is back, and goes on with [what you asked for]({ $link }).
reminder-workflow = <@{ $user }> ComfyUI is back: `/{ $workflow }` can be run again.
result-seed = seed { $seed }
result-failed = { $workflow } failed
fitted = Made smaller to fit Discord’s { $limit }: { $before } → { $after }. ComfyUI keeps the original.
file-cannot-fit = “{ $name }” ({ $size }) is left out: Discord takes { $limit } here. { $why } Whoever runs ComfyUI finds it in its output folder.
file-unreadable = It is damaged, or of a kind that cannot be made smaller here.
file-too-many-pixels = It has too many pixels to be made smaller here.
sheet-alt = A contact sheet of { $count ->
    [one] one picture
   *[other] { $count } pictures
}, row by row: { $labels }
sheet-alt-table = A contact sheet. Along the top: { $columns }. Down the side: { $rows }.
sheet-letters-chinese = No font on the bot's machine has `{ $letters }`, so the labels show “?” there. Whoever runs the bot can install one, for instance `apt install fonts-noto-cjk`.
sheet-letters = No font on the bot's machine has `{ $letters }`, so the labels show “?” there. Whoever runs the bot can install one that does.
file-still-too-large = Made as small as makes sense, it is still too large.
file-zip-too-large = Packed as a zip it is too large as well.
file-zipped = “{ $name }” comes as a zip: { $before } → { $after }.
file-too-long = It lasts { $seconds } s, too long for so little room.
file-takes-too-long = Making it smaller takes too long here.
file-needs-ffmpeg = Whoever runs the bot can install ffmpeg: then videos and sounds are made smaller.
file-over-all-limits = It is larger than any file that this bot handles.
file-is-another = “{ $name }” ({ $size }) is left out: its content is not what its name says, so it is probably damaged. ComfyUI keeps it.
file-keeps-recipe = “{ $name }” ({ $size }) is left out: it holds private data of the server that cannot be taken out of it. ComfyUI keeps it.
files-gone = ComfyUI no longer has { $gone } of the { $all } files.
files-left-out = { $count ->
    [one] One more file did not fit into this message. ComfyUI keeps it.
   *[other] { $count } more files did not fit into this message. ComfyUI keeps them.
}
failed-files-gone = It was made, but ComfyUI no longer has the files, perhaps because somebody tidied up. Run the command again.
sent-directly = The bot may not post in this channel, so the result went to you as a direct message.
rest-directly = { $count ->
    [one] One more file went to you as a direct message.
   *[other] { $count } more files went to you as a direct message.
}
perhaps-shown = It is done. The bot was interrupted while it showed the result where you asked for it, and cannot look there. If it is not there, ℹ gives you the files.
perhaps-shown-link = It is done. The bot was interrupted while it showed [the result where you asked for it]({ $link }), and cannot look there. If it is not there, ℹ gives you the files.
no-right-to-post = The result is ready, but the bot may not post it: in this channel it lacks “View Channel”, “Send Messages” or “Attach Files”, and your direct messages are closed. Ask a moderator to allow it here, or open your direct messages, and run the command again.
delivery-given-up = The result is ready, but it could not be posted for a whole day. Run the command again.
bug = This is a bug in the bot, not your mistake. Please tell whoever runs it this number, which the log has too: `{ $id }`

# /stats
command-stats-name = stats
command-stats-description = Jobs, GPU time, waiting times and failures of this server, in numbers
option-span-name = span
option-span-description = Which days; without it, the last seven
option-everywhere-name = everywhere
option-everywhere-description = All servers and direct messages: for whoever runs the bot
stats-today = today
stats-week = the last 7 days
stats-month = the last 30 days
stats-title = This server · { $span }
stats-title-everywhere = All servers and direct messages · { $span }
stats-jobs = Jobs
stats-gpu = GPU time
stats-wait-median = Half began within
stats-wait-most = 90 % began within
stats-by-day = Jobs by day, UTC
stats-done = done
stats-failed = failed
stats-cancelled = cancelled
stats-workflows = GPU time by workflow
stats-people = GPU time by person
stats-failures = Failures by reason
stats-others = { $count } more
stats-count = { $count }
stats-minutes = { $minutes } min
stats-nothing = No job ended in these days.
stats-nobody = no longer known
stats-person = person …{ $digits }
stats-note = A job counts on the day of its end. These numbers stay when jobs are forgotten, without the names.
stats-failure-memory = GPU out of memory
stats-failure-node = a node failed
stats-failure-lost = ComfyUI lost it or stalled
stats-failure-interrupted = stopped in ComfyUI itself
stats-failure-nothing = nothing came out
stats-failure-refused = not accepted by ComfyUI
stats-failure-input = a file or its words could not be prepared
stats-failure-set-aside = a workflow that was set aside
stats-failure-rules = refused by a rule or a hook
stats-failure-bug = an error of the bot
stats-failure-other = something else

# /privacy
command-privacy-name = privacy
command-privacy-description = What this bot keeps about you: see it, take it with you, have it deleted
command-privacy-show-name = show
command-privacy-show-description = What is kept about you, here and elsewhere; only you see it
command-privacy-export-name = export
command-privacy-export-description = Everything that is kept about you, as a file that only you get
command-privacy-delete-name = delete
command-privacy-delete-description = Delete what is kept about you, everywhere; you are asked first
privacy-title = What this bot keeps about you
privacy-nothing = This bot keeps nothing about you.
privacy-line = { $what }: { $count }
privacy-line-places = { $what }: { $here } here, { $elsewhere } elsewhere
privacy-jobs = Jobs (what you typed and chose, when they ran, where they were shown)
privacy-inputs = Files that you handed in
privacy-presets = Presets that you made
privacy-pending-orders = Forms that you have not sent off (for a day)
privacy-reminders = Notes to tell you when ComfyUI is back
privacy-people = Whether you want to be mentioned
privacy-guild-settings = Settings of servers that you chose
privacy-channel-settings = Settings of channels that you chose
privacy-word-rules = Rules about words that you made
privacy-blocks = Blocks by moderators
privacy-reports = What you reported
privacy-audit = What moderators did to your jobs, or about you
privacy-reviews = Results of yours that moderators looked at
privacy-judgements = Results of yours that rules of a server looked at
privacy-day-figures = Numbers of your jobs by day
privacy-shares = What you used of a GPU lately, for the fair order (for a day)
privacy-erasures = That you want to be forgotten
privacy-erased-use = When jobs ran that were deleted (for a day, so that limits hold)
privacy-kept = Jobs are kept for { $days ->
    [one] one day
   *[other] { $days } days
} after their end, then only as numbers without a name. All of it as a file: `/privacy export`. To delete it: `/privacy delete`.
privacy-exported = Everything that is kept about you. Only you see this message.
privacy-exported-part = Everything that is kept about you, but for the { $count } oldest entries, for which Discord has no room. Whoever runs the bot can give you those. Only you see this message.
privacy-sure-title = Delete what is kept about you?
privacy-goes = Deleted, on all servers and in direct messages: your jobs with all words and values, the files that you handed in (within an hour), your presets, unsent forms, reminders and reports. What is waiting or running is cancelled first.
privacy-stays = These stay: messages in Discord with your results, until you delete them (🗑); files on the ComfyUI server; what others made of your results; numbers without your name. For the safety of others also a block by moderators and the record of what moderators did, and for a day when your jobs ran, so that limits and turns hold.
privacy-buttons = Under your results the bot will not know any more how they were made. This cannot be undone.
privacy-sure = Delete all of it
privacy-erased = Deleted. What is kept about you now: `/privacy show`.
privacy-erased-soon = { $count ->
    [one] One job of yours has not ended yet: it is being cancelled, and deleted as soon as it has. Everything else is deleted.
   *[other] { $count } jobs of yours have not ended yet: they are being cancelled, and deleted as soon as they have. Everything else is deleted.
}
privacy-not-yours = This button is somebody else's. Yours: `/privacy delete`.

## cogs

command-changed = This command has changed since your Discord loaded it. Wait a minute or restart Discord, then try again.
guild-command-gone = `/{ $name }` is not there any more in this server: somebody disabled, renamed or removed it. Restart Discord if it still shows it.
guild-command-in-run = `/{ $name }` has no command of its own in this server any more. Run it with `/run`.
guild-commands-one = Here all of them are run with `/run` (`/settings`: `one-command`).
guild-commands-full = This server has { $most } commands of this bot for itself, and Discord takes no more. Disable one that nobody needs, or run this workflow with `/run`.
guild-commands-spent = Discord takes { $most } new commands a day in a server, and so many were made here. The command can come <t:{ $when }:R>; until then run it with `/run`.
area-centre = centre
area-left = left half
area-right = right half
area-top = top half
area-bottom = bottom half
area-top-left = top left quarter
area-top-right = top right quarter
area-bottom-left = bottom left quarter
area-bottom-right = bottom right quarter
area-edges = edges
command-to-copy = Your command, to copy and change:
command-queue-name = queue
command-queue-description = Show what is running and waiting here
command-cancel-name = cancel
command-cancel-description = Cancel one of your jobs
command-preset-name = preset
command-preset-description = Values by name: save, list, use, share, delete
preset-save-name = save
preset-save-description = Keep the values of your last job here, or words that go around a prompt
preset-list-name = list
preset-list-description = Your presets, and those of this server
preset-use-name = use
preset-use-description = Run a workflow with a preset
preset-share-name = share
preset-share-description = Give one of your presets to this server
preset-delete-name = delete
preset-delete-description = Delete a preset
preset-option-name = What to call it
preset-option-words = Words around any prompt, such as: { $example }
preset-option-which = Which preset
preset-option-prompt = What to make
preset-option-workflow = The command to run it with, where the preset is for any
option-name-name = name
option-words-name = words
option-prompt-name = prompt
option-workflow-name = workflow
preset-saved = Saved: “{ $name }”, for `/{ $workflow }`. Choose it there with `preset:`, or run it with `/preset use`.
preset-saved-style = Saved: “{ $name }”, for every command that takes words. Choose it there with `preset:`.
preset-shared = Everybody on this server can use “{ $name }” now.
preset-deleted = “{ $name }” is deleted.
preset-none = There are no presets yet. Run something that you like, then `/preset save`.
preset-listed = { $count ->
    [one] One preset
   *[other] { $count } presets
}
preset-of-guild = this server’s
preset-of-person = yours
preset-any-workflow = any command
preset-unknown = There is no preset “{ $name }”. There is: { $names }.
preset-elsewhere = The preset “{ $name }” is for `/{ $workflow }`, not for this command.
preset-which-workflow = The preset “{ $name }” is for any command: say which one with `workflow:`.
preset-no-guild = In a direct message there is no server to share it with.
preset-share-right = For that you need the permission Manage Server.
preset-no-job = You have no finished job here yet. Run something first, or give `words:`.
preset-too-many = There is no room for more presets. Delete one first.
preset-name = A preset’s name has 1 to { $most } characters.
preset-used = Preset: { $name }
preset-wrapped = Preset: { $name } ({ $around })
command-jobs-name = jobs
command-jobs-description = What you asked for here, seen by you alone
command-job-name = job
command-job-description = One of your jobs: what it is, and what can be done with it
command-job-option = Which job; its eight digits are under its result
jobs-title = Your jobs here: { $count }
jobs-filter-all = All
jobs-filter-open = Waiting or running
jobs-filter-done = Done
jobs-filter-failed = Failed or cancelled
jobs-open-one = Open one…
jobs-page = page { $page } of { $pages }
jobs-result = To the result
jobs-mentions-off = Do not notify me of results
jobs-mentions-on = Notify me of results
job-private = seen by you alone
job-waits = waiting
job-done = done
job-failed = failed
job-cancelled = cancelled
job-cancelled-by = Cancelled by { $who }.
job-made-of = Made of the job { $job }:
job-made-of-forgotten = It was made of another job, which is not remembered any more.
job-workflow-gone = `{ $workflow }` cannot be run now, so it cannot be run again; what was chosen is still known.
private-late = The bot was too slow to keep this to you alone, so it was not started. Try it again.
own-preset-name = preset
own-preset-description = Values that you saved, for what you leave out here
own-repeat-name = repeat
own-repeat-description = So many times (1 to { $most }), each with a seed of its own
own-all-name = all
own-all-description = Every combination of what your words leave open with { $example }
own-private-name = private
own-private-description = Seen by you alone
own-improve-name = improve
own-improve-description = Have your words rewritten for this model
own-translate-name = translate
own-translate-description = Have your words put into English first
option-job-name = job
option-job-description = The job to cancel
cancel-choice-running = running
cancel-choice-preparing = fetching its files
cancel-choice-wording = improving its words
cancel-choice-someone = someone (…{ $digits })
cancel-choice-queued = number { $number } in line
queue-empty = Nothing is running and nobody is waiting.
queue-title = { $count ->
    [one] One job
   *[other] { $count } jobs
}
queue-runs = started { $when }
queue-preparing = its files are being fetched
queue-preparing-words = its words are being improved
queue-at-comfyui = waits inside ComfyUI
queue-behind-ours = { $count ->
    [one] behind one job of this bot
   *[other] behind { $count } jobs of this bot
}
queue-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}

## sandbox

sandbox-welcome =
    The bot runs, and offers { $commands }, and in the menu of a message { $menu }. Meet it in your browser:

      { $page }

    It stands between Discord's stand-in  { $discord }
    and ComfyUI                           { $comfyui }

    To run a command as a person would, open another terminal:
      python -m bot sandbox --once '/txt2img prompt:a red fox in snow'
    Ctrl-C ends the sandbox.
sandbox-not-started = The bot did not start. What it said stands above.
sandbox-bot-ended = The bot ended before the job did. What it said stands above.
sandbox-unknown-locale = Discord has no locale { $locale }. It has: { $locales }
sandbox-timeout = No end after { $seconds } seconds. --timeout waits longer.
sandbox-not-sent = Discord would not send this: { $reason }
sandbox-no-answer = The bot did not respond within three seconds.
sandbox-deleted = The bot deleted the message.

## workflow command

workflow-convert-refused = { $file }: refused: { $problem }
workflow-nobody-tells = None of the servers of COMFYUI_URLS says what nodes it has: start one, or give --object-info.
workflow-convert-overwrites = The graph would overwrite it; give another --output.
workflow-convert-twice = { $file }: refused: { $other } became { $target } already. Give one of them another name, or convert it into another folder.
workflow-convert-is-graph = { $file }: There is a graph in API format in it already; that is taken as it is.
workflow-column-option = OPTION
workflow-column-type = TYPE
workflow-column-takes = TAKES
workflow-column-default = LEFT OUT
workflow-column-sets = SETS
workflow-fact-names = { $names } ({ $count })
workflow-fact-span = { $low } to { $high }
workflow-fact-steps = { $span }, in steps of { $step }
workflow-fact-of = laid over { $option }
workflow-fact-required = required
workflow-fact-new-seed = a new one each time
workflow-fact-hidden = { $option } (hidden)
workflow-fact-advanced = { $option } (form only)
workflow-show-no-options = The command has no options: nothing in the graph looks like one.
workflow-show-spare = Beyond what a workflow can offer; a command.toml can have them instead of others:
workflow-show-runs = This ComfyUI can run it.
workflow-show-lacks = This ComfyUI cannot run it yet:
workflow-show-unknown = The options of { $workflow } show only on a ComfyUI that has what it needs. This one lacks:
workflow-check-empty = { $folder } has no workflows.
workflow-check-runs = /{ $workflow }: { $count ->
    [one] one option
   *[other] { $count } options
}
workflow-check-lacks = /{ $workflow } reads well, but this ComfyUI cannot run it: { $reasons }
workflow-add-unknown = Nothing was added: the options show only on a ComfyUI that has what the workflow needs. This one lacks:
workflow-add-own = A bot that is started here reads { $folder } from now on, and no longer the workflows that came with it: copy those that you want to keep from { $shipped }.
workflow-add-rewritten = The workflow was written as a graph in API format: its placeholders became values, or the file was in a form that goes without a command.toml only.
workflow-add-done = { $folder } is made: { $count ->
    [one] one option
   *[other] { $count } options
}. Look through its command.toml; a running bot offers it within seconds.
workflow-add-heading = Found in the workflow by “python -m bot workflow add”. Change what you like: workflows/README.md shows all that can stand here.
workflow-add-left-out = left out: { $default }
workflow-add-spare = More that could be set. Take the “# ” away from a block to offer it in place of another: a workflow has 60 options at most.

## inputs

input-too-large = This file has { $size } MB, and at most { $limit } MB can be handed in. Make it smaller and run the command again.
input-empty = This file is empty. Attach it again and run the command anew.
input-address = This file does not lie with Discord itself, so it was not fetched. Attach it to the command.
input-expired = Discord does not have this file any more: its link has expired, or the file was deleted. Attach it again and run the command anew.
input-not-given = Discord did not hand out this file (it answered { $status }). Attach it again and run the command anew.
input-unavailable = Discord did not hand out this file, or not the whole of it. Run the command again in a few minutes.
input-disk = The bot could not write this file to its disk. Try it again later, and tell the person who runs this bot: the disk may be full.
input-no-room = This bot keeps no more files at the moment: those of the jobs that wait fill the { $gigabytes } GB that it has for them. Try it again when some of them are done.
input-no-picture = This file is no picture that can be used. Send it as PNG, JPEG, WebP, GIF, AVIF, BMP or TIFF.
input-picture-heic = This picture is a HEIC file, which cannot be used. Send it as JPEG: on an iPhone, Settings → Camera → Formats → Most Compatible does that for new pictures; a screenshot of the picture works, too.
input-picture-damaged = This picture is damaged, or is not whole. Open it, save it anew as PNG or JPEG, and run the command again.
input-picture-overloaded = This picture carries far more than its pixels. Open it, save it anew as PNG or JPEG, and run the command again.
input-picture-float = This picture has floating-point pixels, which cannot be used. Save it as PNG and run the command again.
input-too-many-pixels = This picture has { $width }×{ $height } pixels, and at most { $megapixels } megapixels can be used. Make it smaller and run the command again.
input-no-video = This file is no video that can be used. Send it as MP4, MOV, WebM, MKV or GIF.
input-no-audio = There is no sound in this file that can be used. Send it as MP3, WAV, FLAC, Ogg, Opus or M4A.
input-recording-damaged = This file is damaged, or is not whole. Save it anew and run the command again.
input-too-long = This file runs for { $seconds } seconds, and at most { $limit } can be used. Cut it and run the command again.
input-runs = Programs, scripts and web pages are not taken.
input-of-before-gone = The bot does not keep “{ $file }” any more, nor does ComfyUI. Attach it again.
input-servers-away = The ComfyUI that has this file cannot be reached. Run the command again in a few minutes.
input-in-mask = The mask: { $problem }
input-mask-empty = Nothing is marked in the mask, so nothing would change. Paint white what is to change on a black picture, or erase it from a copy of the picture so that it is transparent.
input-mask-not-transparent = Nothing in this picture is transparent, so nothing would change. Erase what is to change, add a mask, or choose an area.
input-mask-fitted = The mask has another size ({ $mask }) than the picture ({ $picture }), and was stretched over it.
input-mask-nearly-all = The mask marks { $percent } % of the picture. What is white changes: if the rest was meant, cancel and swap black and white.
input-mask-greys = Much of the mask is neither black nor white, and changes only in part. If that was not meant, cancel and draw it in black and white.

## forms and the menu of messages

menu-use-as-input = Use as input
menu-read-workflow = Read workflow
form-workflow = Workflow
form-picture = Picture
form-prompt = Prompt
form-strength = Strength
form-area = Where to change it
form-mask = Mask
form-only-for = Only for { $workflows }
form-left-empty = Left empty: { $value }
form-not-taken = `{ $workflow }` has no use for what you gave as “{ $field }”. Leave that empty, or choose another workflow.
form-unknown = This form is of an older version of the bot. Open it again.
menu-no-workflow = No workflow here starts from one picture at the moment.
menu-no-picture = This message shows no picture. Use this on a message with one.
menu-elsewhere = What this message shows lies on another server, and the bot fetches from Discord alone. Save it, and attach it to a command or to a message of your own.
menu-picture-gone = The message does not show this picture any more. Use “Use as input” on it again.
menu-forgotten = The bot was restarted while you filled in the form, and cannot look at the message by itself. Use “Use as input” on it again; here is what you had filled in.
recipe-no-file = This message shows no file. Use this on a message with a picture, video or sound that ComfyUI saved.
recipe-of-ours = { $file } was made with `/{ $workflow }`
recipe-of-comfyui = { $file } was made with ComfyUI
recipe-of-another = { $file } was made with another program than ComfyUI
recipe-models = Models: { $names }
recipe-nodes =
    { $count ->
        [one] One node: { $names }
       *[other] { $count } nodes: { $names }
    }
recipe-notes = What the program that made it noted:
mend-gone = The bot does not know any more what this was about. Give the command again.
mend-changed = That does not apply any more: the workflow or the servers have changed. Give the command again.
mend-still-open = This job is not over yet.
remind-kept = The bot tells you here when a ComfyUI is back that can run this.
remind-back = A ComfyUI that can run this is back already.
remind-too-many = You wait for { $most } such messages already; that is as many as the bot keeps.
install-moderators = What is missing on the servers is told to members with the permission “Manage Messages” only.
install-missing = What the servers lack for `{ $workflow }`:
install-nothing = Nothing is missing for `{ $workflow }` any more. Give the command again.
group-prompt = Prompt
group-size = Size
group-sampling = Sampling
group-models = Models
group-files = Files
group-more = More
form-yes = yes
form-no = no
form-file-stays = Left empty, “{ $file }” stays
edit-panel = { $workflow }: change what you like, then run it
edit-choose = Choose what to change
edit-improve = Better words
edit-run = Run
edit-reset = Reset
edit-left-out = left out: { $names }
edit-gone = This was run already, or is older than a day. Open the form again where you opened it.
edit-button = Run it again with changes
edit-title = { $workflow } again
edit-slow = Discord did not hand out the workflow in time. Press the button again.
edit-changed = The workflow that made this was changed since, or is not offered any more.
job-forgotten = The bot does not know any more how this was made. Use “Read workflow” on the message again.

## moderators

blocked = The moderators of this server have blocked you from using the bot here. Their reason: { $reason }
blocked-until = The moderators of this server have blocked you from using the bot here until <t:{ $until }:f>; you can use it again <t:{ $until }:R>. Their reason: { $reason }
block-no-reason = none was given
drained = The moderators of this server take no new jobs for now; what waits is still run. Try again later.
drained-everywhere = The person who runs this bot takes no new jobs for now; what waits is still run. Try again later.
command-mod-name = mod
command-mod-description = What moderators of this server do
mod-only-in-servers = This is for servers: in direct messages there is nobody to moderate.
mod-not-allowed = This is for moderators: members with the permission “Manage Messages”, or with a role that `/settings` names in `moderator-roles`.
mod-cancel-name = cancel
mod-cancel-description = Cancel one job, all of a person, or all of this server
mod-pause-name = pause
mod-pause-description = Start no job of this server for now; what runs goes on, what is asked for waits
mod-drain-name = drain
mod-drain-description = Take no new jobs in this server for now; what waits is still run
mod-resume-name = resume
mod-resume-description = Let this server's queue go on
mod-block-name = block
mod-block-description = Keep a person from using the bot in this server
mod-unblock-name = unblock
mod-unblock-description = Let a person use the bot again; without one: see who is blocked
mod-delete-name = delete
mod-delete-description = Delete a result, and forget its files
mod-audit-name = audit
mod-audit-description = Who did what in this server
option-person-name = person
option-everything-name = everything
option-result-name = result
option-duration-name = duration
option-reason-name = reason
option-moderator-name = moderator
option-action-name = action
mod-option-job = One job of the queue
mod-option-cancel-person = All that this person has open
mod-option-everything = All that anybody in this server has open
mod-option-result = A link to its message, or the eight digits at its end
mod-option-block-person = Who is not to use the bot here
mod-option-unblock-person = Who may use the bot here again
mod-option-duration = For how long
mod-option-reason = Why; the person is told
mod-option-moderator = Done by this person
mod-option-audit-person = Done to this person
mod-option-action = Of this kind
mod-cancel-what = Say one of the three: `job`, `person` or `everything`.
mod-nothing-open = There is nothing to cancel.
mod-paused = Paused: no job of this server starts until `/mod resume`. What runs goes on, and what is asked for waits.
mod-paused-before = It is paused already. `/mod resume` lets it go on.
mod-drained = New jobs are refused in this server until `/mod resume`. What waits is still run.
mod-drained-before = New jobs are refused already. `/mod resume` takes them again.
mod-resumed = This server's queue goes on, and new jobs are taken.
mod-resumed-in-vain = This server is no longer paused, but the person who runs this bot has paused it for everybody.
mod-nobody-blocked = Nobody is blocked in this server.
mod-blocked-title = Blocked in this server
mod-blocked-by = by { $who }
mod-not-held-up = This server's queue is neither paused nor drained.
mod-blocked = { $who } is blocked here: { $until }. They were told by direct message. What they had asked for before still runs; `/mod cancel` ends it.
mod-blocked-untold = { $who } is blocked here: { $until }. They take no direct messages of the bot, so they are told when they next ask for something. What they had asked for before still runs; `/mod cancel` ends it.
mod-blocked-before = You did that a moment ago: { $who } is blocked.
mod-unblocked = { $who } may use the bot here again.
mod-not-blocked = { $who } is not blocked here.
mod-deleted = Deleted: `{ $id }` of { $who }. The bot has forgotten its files as well.
block-hour = one hour
block-day = one day
block-week = one week
block-month = 30 days
block-for-good = until somebody unblocks them
block-title = Block a person
block-how-long = For how long?
block-why = Why?
block-why-about = The person is told.
block-direct = The moderators of **{ $guild }** have blocked you from using the bot there ({ $until }).
    { $reason }
menu-cancel-job = Cancel job
menu-report = Report
menu-who-made-this = Who made this
message-without-job = The bot knows of no job that this message tells of.
report-not-the-bots = This message is not the bot's. Report it to the moderators yourself.
report-title = Report to the moderators
report-why = What is wrong with it?
report-why-about = The moderators of this server read it.
report-done = Thank you. The moderators of this server are told.
report-before = You have reported this already.
report-too-many = You have reported several things within an hour. Please tell the moderators yourself, or try again later.
who-made-this = { $who } asked for this <t:{ $when }:f>, with `/{ $workflow }` (job `{ $id }`).
log-report = 🚩 { $who } reported [this message]({ $link }) of { $about } <t:{ $when }:R>: { $what }
    { $reason }
log-of-nobody = somebody unknown
log-no-job = the bot knows nothing more of it
log-job = `/{ $workflow }`, job `{ $id }`
log-no-reason = > (no reason given)
log-everybody = everybody
log-blocked = ⛔ { $who } blocked { $whom } ({ $until }).
    { $reason }
log-unblocked = { $who } lets { $whom } use the bot again.
log-paused = ⏸ { $who } paused this server's queue.
log-drained = ⏸ { $who } lets no new jobs into this server's queue.
log-resumed = ▶ { $who } lets this server's queue go on.
log-cancelled = { $count ->
    [one] { $who } cancelled a job of { $whose }.
   *[other] { $who } cancelled { $count } jobs of { $whose }.
  }
log-deleted = 🗑 { $who } deleted the result `{ $id }` of { $whose }.
log-cancel = Cancel job
log-delete = Delete result
log-block = Block
audit-empty = Nothing of this kind was done here.
audit-title = Audit, page { $page } of { $pages } ({ $count ->
    [one] one line
   *[other] { $count } lines
  })
audit-nobody = somebody
audit-reason = reason
audit-until = until
audit-count = jobs
audit-rule = rule
audit-rule-action = what it does
audit-cancel = cancelled
audit-cancel-of-person = cancelled all of
audit-cancel-all = cancelled everything
audit-left = has left; waiting jobs cancelled
audit-pause = paused the queue
audit-drain = took no new jobs
audit-resume = let the queue go on
audit-block = blocked
audit-unblock = unblocked
audit-delete = deleted a result
audit-report = reported
audit-setting = changed a setting
audit-words = changed a rule about words
audit-approve = approved a result
audit-reject = rejected a result

## under a result

button-again = Again
button-edit = Edit
button-vary-subtle = Vary a little
button-vary-strong = Vary a lot
button-upscale = Upscale
button-inpaint = Inpaint
button-animate = Animate
button-unknown = This button is of another version of the bot, and does nothing any more.
pick-picture = Make something of one picture …
picture-number = Picture { $number }
picture-of = Picture { $number } of { $count }
picture-not-yours = This belongs to whoever asked for it. “Again” and “Edit” make one of your own; so does “Use as input” in the menu of the message.
picture-gone = The bot does not know this picture any more.
again-file-gone = The bot does not keep “{ $file }” any more, with which this was made. Press 🎛️ “Edit”, and attach it again.
after-nothing = No workflow here can do that at the moment.
after-needs-words = The workflow for this needs words, and this was made without any. Use “Use as input” in the menu of the message: there you can type them.
pressed-twice = You pressed this twice; it is being made once.
pressed-twice-link = You pressed this twice; it is being made once: [here it is]({ $link })
discord-does-not-answer = Discord does not answer at the moment. Press it again in a minute.
lineage = { $action ->
    [again] made again, number { $number }
    [edit] edited version { $number }
    [vary] variation { $number }
    [upscale] enlarged
    [inpaint] partly drawn anew
    [animate] set in motion
   *[other] made of an earlier one
}
lineage-link = { $action ->
    [again] [made again]({ $link }), number { $number }
    [edit] edited version { $number } of [this]({ $link })
    [vary] variation { $number } of [this]({ $link })
    [upscale] enlarged from [this]({ $link })
    [inpaint] partly drawn anew, from [this]({ $link })
    [animate] set in motion, from [this]({ $link })
   *[other] made of [this]({ $link })
}
recipe-of-job = How this was made: `/{ $workflow }` ({ $id })
recipe-typed = typed: { $words }
recipe-workflow-gone = This workflow is not offered any more.
recipe-took = It took { $duration }.
recipe-backend = ComfyUI: { $name }
recipe-children = { $count ->
    [one] Made of this: { $names }
   *[other] { $count } made of this: { $names }
}
recipe-child = { $action ->
    [again] again
    [edit] edited
    [vary] variation
    [upscale] enlarged
    [inpaint] partly drawn anew
    [animate] set in motion
   *[other] another
}
original-too-large = The original of “{ $name }” is larger than Discord takes here.
original-too-large-size = The original of “{ $name }” has { $size }, more than Discord takes here.
originals-gone = ComfyUI does not have the original files any more.
originals-away = The original files cannot be fetched at the moment. Press it again later.
delete-done = Deleted.
delete-not-yours = Only whoever asked for this, and moderators, can delete it.
delete-others = This is a result of { $who }. Delete it?
delete-sure = Delete it
delete-no-right = The bot cannot delete this message here: it does not see the channel any more.
delete-yourself = Only you see this message: dismiss it yourself.
delete-there = The bot is not a member where this result is: press 🗑 under the result itself.
guest-not-yours = Somebody brought the bot here with their own account, so only they can use what is under its messages. To use it yourself, give its commands.
showcase-off = This server has no showcase. Who manages it can choose a channel: `/settings panel`.
showcase-not-yours = Only whoever asked for this, and moderators, can show it.
showcase-by-moderators = In this server moderators choose what is shown.
showcase-gone = The bot does not see the channel of the showcase any more. Who manages this server can choose another one: `/settings panel`.
showcase-no-right = The bot lacks the right “{ $right }” in that channel.
showcase-refused = Discord did not take the message. Perhaps a filter of this server held it back, or the file is too large there.
showcase-deleted = It was shown, and somebody deleted it there.
showcase-done = It is shown: [here]({ $link })
showcase-before = It is shown already: [here]({ $link })

## the operator

guild-not-allowed = Whoever runs this bot does not offer it in this server. Ask them if you think it should be here.
command-owner-name = owner
command-owner-description = For whoever runs the bot
command-owner-backends-name = backends
command-owner-backends-description = How each ComfyUI server is; pause one, or free its memory
command-owner-quarantine-name = quarantine
command-owner-quarantine-description = What is set aside because ComfyUI crashed or hung on it
command-owner-guilds-name = guilds
command-owner-guilds-description = Which servers use the bot how much, and which may have it
command-owner-pause-name = pause
command-owner-pause-description = Begin no job anywhere until it is resumed; those that run go on
command-owner-resume-name = resume
command-owner-resume-description = Let jobs begin again everywhere
command-owner-announce-name = announce
command-owner-announce-description = Tell every server that chose a channel for its log
option-announce-words-name = words
option-announce-words-description = What to tell; \n begins a new line
log-quarantined = { $reason } It was ComfyUI { $backend } the last time. `/owner quarantine` releases it, or a change of its files.
log-announcement = **From whoever runs this bot**
    { $words }
owner-announced = { $count ->
        [0] No server chose a channel for its log, so nobody is told.
        [one] One server is being told.
       *[other] { $count } servers are being told.
    }
option-backend-name = backend
option-backend-description = Which ComfyUI server
option-backend-do-description = What to do with it
option-do-name = do
option-release-name = release
option-release-description = What may be run again
option-guild-name = guild
option-guild-description = Which server, by its id
option-guild-do-description = What to do with it
option-sure-name = sure
option-sure-description = Really leave it
choice-pause = pause
choice-resume = resume
choice-free-memory = free its memory
choice-allow = it may have the bot
choice-refuse = it may not have the bot
choice-leave = leave it
owner-only = This is for whoever runs the bot: the owner of its application on Discord, or of its team.
owner-more = { $count } more
owner-no-backends = No ComfyUI server is known.
owner-no-such-backend = No ComfyUI server is called `{ $backend }`. Choose one of the list.
owner-backend-and-do = Choose both: the server, and what to do with it.
owner-backends-title = { $waiting ->
        [0] ComfyUI servers; no job waits for one
        [one] ComfyUI servers; one job waits for one
       *[other] ComfyUI servers; { $waiting } jobs wait for one
    }
owner-backend-online = answers
owner-backend-away = does not answer
owner-backend-paused = paused: no job begins there
owner-backend-jobs = { $count ->
        [0] nothing in hand
        [one] one job in hand
       *[other] { $count } jobs in hand
    }
owner-backend-memory = { $free } of { $total } GB of its graphics memory free
owner-backend-models = began last with { $models }
owner-backend-failures = failed in the last hour: { $nodes }
owner-no-node = no single node
owner-backend-paused-now = Paused. What runs there goes on; waiting jobs go to other servers, or wait.
owner-backend-resumed-now = Jobs begin there again.
owner-backend-was-so = So it was already; nothing changed.
owner-backend-freed = It is told to let its models out of its memory as soon as the job that runs has ended.
owner-quarantine-none = Nothing is set aside.
owner-quarantine-since = since { $when }, when ComfyUI { $backend } { $harm ->
        [gone] crashed
       *[stalled] hung
    } on it again
owner-quarantine-other-files = The workflow's files have changed since, so it is run again.
owner-not-quarantined = This is not set aside (any more). Choose from the list.
owner-released = { $what } may be run again.
owner-guild-and-do = Choose both: the server, and what to do with it.
owner-no-such-guild = The bot is in no server `{ $guild }`. Choose one of the list, or write its id.
owner-guilds-title = Servers, by what they used in the last { $days } days
owner-no-guild = outside of servers
owner-guild-use = { $jobs ->
        [one] one job
       *[other] { $jobs } jobs
    } · { $minutes } GPU minutes · { $failed } failed
owner-guild-not-allowed = may not have the bot
owner-guild-allowed = { $guild } may have the bot.
owner-guild-refused = { $guild } may not have the bot any more: its commands say so there.
owner-leave-sure = Leave { $guild }? { $jobs ->
        [0] Nobody there waits for anything.
        [one] One job there has not ended.
       *[other] { $jobs } jobs there have not ended.
    } Only an invitation brings the bot back. If you are sure, give the command again with `sure: True`.
owner-left = The bot left { $guild }.
owner-paused = Paused everywhere. What runs goes on, what is asked for waits: `/owner resume` lets it begin.
owner-was-paused = Everything is paused already.
owner-resumed = Jobs begin again.
owner-was-not-paused = Nothing was paused.

## limits

limit-waiting = { $waiting ->
        [one] One job of yours waits here already
       *[other] { $waiting } jobs of yours wait here already
    }, and you may have { $limit } waiting. It is possible again as soon as one of them begins, or when you cancel one with `/cancel`.
limit-waiting-never = In this server you may have { $limit } waiting at the same time. Ask for fewer.
limit-cooldown = In this server you can ask for something every { $seconds } seconds. It is possible again <t:{ $when }:R>.
limit-day = { $used ->
        [one] You have had one job here
       *[other] You have had { $used } jobs here
    } in the last 24 hours, and you may have { $limit }. It is possible again <t:{ $when }:R>.
limit-day-never = In this server you may have { $limit } in 24 hours. Ask for fewer.
limit-gpu = Your jobs here took { $used } minutes of the GPU in the last 24 hours, and you may have { $limit }. It is possible again <t:{ $when }:R>.
limit-size = This would be { $size } megapixels × steps (width × height × pictures × frames × steps), and you may ask for { $limit } at once. Choose a smaller size, fewer steps or fewer pictures.
place-channels = In this server the bot can be used in { $channels } only.
place-roles = In this server the bot can be used by members with one of these roles only: { $roles }
place-workflow-off = The moderators of this server do not offer `/{ $workflow }`.
place-workflow-channels = In this server `/{ $workflow }` can be used in { $channels } only.
place-workflow-roles = In this server `/{ $workflow }` can be used by members with one of these roles only: { $roles }
timed-out = You are timed out in this server. You can use the bot here again <t:{ $when }:R>.
age-restricted = `/{ $workflow }` is for adults: it can be used in age-restricted channels only, and in private messages with the bot.
age-off = `/{ $workflow }` is for adults, and the moderators of this server do not offer it.

## settings of a server

command-settings-name = settings
command-settings-description = What the moderators of this server choose
command-settings-set-name = set
command-settings-set-description = Choose something for this server
option-key-name = key
option-key-description = What to choose
option-value-name = value
option-value-description = Its value; left out: what holds where nothing was chosen
settings-showcase-channel = where ⭐ copies results to; off: nowhere
settings-showcase-by = who may press ⭐: requester (and moderators), or moderators alone
settings-translate = whether prompts are put into English first, where a prompt helper is set up: on or off
settings-done = `{ $key }` is { $value } now ({ $about }). What is posted from now on follows it.
settings-unknown = There is no setting `{ $key }`. There is: { $names }
settings-not-one-of = It cannot be “{ $value }”. It can be: { $names }
settings-no-channel = “{ $value }” is no channel of this server. Choose one of the list, or `off`.
settings-only-in-servers = In direct messages there is nothing to set.
settings-unreadable = “{ $value }” cannot be read here. Write it like `{ $example }`, or `off`.
settings-no-number = “{ $value }” is no number that is possible here: from { $least } to { $most }.
settings-too-long = At most { $most } characters.
words-added = This server adds “{ $words }” to “{ $option }”.
default-not-taken = This server’s own value for “{ $option }”, { $value }, is not possible: { $problem } The workflow’s own is used.
settings-no-name = This server has nothing that is called { $name }.
settings-not-by-channel = `{ $key }` holds for the whole server: a channel cannot have its own.
option-settings-channel-name = channel
option-settings-channel-description = For this channel alone (and its threads); left out: for the server
settings-value = { $value ->
    [on] on
    [requester] whoever asked, and moderators
    [moderators] moderators alone
    [gallery] in one message
    [single] a message for each
    [operator] as much as the operator allows
    [full] everything
    [recipe] the recipe alone
    [none] nothing
    [auto] this server’s
    [en] English
    [zh-CN] 简体中文
    [restricted] in age-restricted channels
    [newcomers] newcomers’
    [everybody] everybody’s
    [closed] hold for review
    [open] post
    [managers] managers of this server
   *[off] off
}
settings-source = { $source ->
    [channel] chosen for this channel
    [parent] chosen for the channel of this thread
    [guild] chosen for this server
   *[operator] default
}
settings-nothing = { $key ->
    [allowed-channels] everywhere
    [allowed-roles] everybody
    [workflow-access] all of them, everywhere and for everybody
    [workflow-adders] nobody
    [moderator-roles] nobody else
    [limit-waiting] no limit
    [limit-at-once] no limit
    [limit-day] no limit
    [limit-gpu-minutes] no limit
    [limit-size] no limit
    [cooldown] none
    [defaults] the workflows’ own
    [added-prompt] nothing
    [added-negative] nothing
    [classifier] nothing
    [showcase-channel] nowhere
    [log-channel] nowhere
    [retention-days] as long as the operator keeps them
   *[other] off
}
settings-holds = Now: { $value }
settings-bound = the operator allows { $bound }
settings-beyond-operator = The operator of this bot allows { $bound }; a server can only be stricter.
settings-of-server = Settings of this server
settings-of-channel = Settings of <#{ $channel }>
settings-theme-places = Who and where
settings-theme-limits = Limits
settings-theme-options = Values and words
settings-theme-results = Results
settings-theme-decency = Decency
settings-theme-log = Log and keeping
settings-change = Change
settings-reset = Back to what holds otherwise …
settings-pages = Another page …
settings-channels = Settings of a single channel …
settings-for-roles = Roles with a number of their own
settings-for-roles-about = Left out: only the line above counts
settings-their-number = Their number (left empty: everybody’s)
settings-adder-roles = And who has one of these roles
settings-one-workflow = One workflow, more easily
settings-one-workflow-about = Only in these channels, only for these roles; with neither it is for everybody
settings-its-channels = Its channels
settings-its-roles = Its roles
settings-not-yours = Only who may manage this server can change its settings.
settings-everyone = @everyone is no role that tells people apart. Write the number for everybody without a role, or leave the list empty.
settings-no-workflow = There is no workflow { $name }; { $near }
settings-no-option = No workflow has an option { $name } that can have a value here; { $near }
command-settings-panel-name = panel
command-settings-panel-description = All settings of this server, to look at and to change
command-settings-show-name = show
command-settings-show-description = What is set, as it would be typed
option-key-shown-description = One setting; left out: all
settings-title-allowed-channels = Channels
settings-title-allowed-roles = Roles
settings-title-workflow-access = Workflows
settings-title-workflow-adders = Who adds workflows
settings-title-one-command = One command for all
settings-title-moderator-roles = Moderators
settings-title-limit-waiting = Waiting jobs
settings-title-limit-at-once = Running at once
settings-title-limit-day = Jobs a day
settings-title-limit-gpu-minutes = GPU minutes a day
settings-title-limit-size = Largest job
settings-title-cooldown = Pause between jobs
settings-title-weight = Share of the queue
settings-title-defaults = Default values
settings-title-added-prompt = Added to the prompt
settings-title-added-negative = Added to the negative prompt
settings-title-language = Language
settings-title-translate = Translation
settings-title-mention = Mention
settings-title-result = Several pictures
settings-title-keep-status = Status message
settings-title-threads = Threads
settings-title-metadata = What files tell
settings-title-showcase-channel = Showcase
settings-title-showcase-by = Who shows
settings-title-nsfw = Workflows for adults
settings-title-nsfw-spoiler = Spoilers
settings-title-review = Review
settings-title-newcomer-days = Newcomers
settings-title-classifier = Classifier
settings-title-classifier-away = Without the classifier
settings-title-log-channel = Log channel
settings-title-retention-days = How long jobs are kept
settings-allowed-channels = the channels where pictures may be asked for; off: everywhere
settings-allowed-roles = the roles that may ask for pictures; off: everybody
settings-workflow-access = which workflows are only for some channels or roles, or off for all; those not named are for everybody
settings-workflow-adders = who may add workflows: off, managers of this server, or managers and some roles
settings-one-command = whether the workflows that were added here have no commands of their own, and are all run with `/run`
settings-moderator-roles = the roles that may do what moderators may, besides those with “Manage Messages”
settings-limit-waiting = how many jobs of one person may wait, and other numbers for roles; off: no limit but the operator’s
settings-limit-at-once = how many jobs of one person may run at once, and other numbers for roles; off: no limit
settings-limit-day = how many jobs one person may start within 24 hours, and other numbers for roles; off: no limit
settings-limit-gpu-minutes = how many minutes of the GPU one person may use within 24 hours, and other numbers for roles; off: no limit
settings-limit-size = the largest job, as megapixels × pictures × frames × steps, and other numbers for roles; off: no limit
settings-cooldown = how many seconds one person waits between two jobs, and other numbers for roles; off: none
settings-weight = how large a share of the queue everybody has, and other shares for roles: 2 is served twice as much as 1
settings-defaults = values of options where nobody types one, by command, or * for every command that has the option
settings-added-prompt = what is always added to the prompt; off: nothing
settings-added-negative = what is always added to the negative prompt; off: nothing
settings-language = the language of messages that everybody reads: auto (this server’s), en or zh-CN
settings-mention = whether a result mentions whoever asked for it: on or off
settings-result = how several pictures are posted: gallery (one message) or single (a message for each)
settings-keep-status = whether the status message stays when the result is posted: on or off
settings-threads = whether each job gets a thread of its own: on or off
settings-metadata = what travels inside a posted file: full, recipe (without the editor’s graph) or none; operator: as much as the operator allows
settings-nsfw = where workflows for adults may be used: restricted (age-restricted channels) or off (nowhere)
settings-nsfw-spoiler = whether what they make is hidden behind a spoiler: on or off
settings-review = whose results a moderator sees before they are posted: off (nobody’s), newcomers or everybody
settings-newcomer-days = for how many days after joining somebody is a newcomer
settings-classifier = what is done with pictures that the operator’s classifier recognises, from which score on: spoiler, review or refuse
settings-classifier-away = what becomes of pictures while the classifier does not answer: closed (held for review) or open (posted)
settings-log-channel = where moderators are told what happens; off: nowhere
settings-retention-days = after how many days jobs are forgotten; off: when the operator’s time is over, which is the longest

## help with words

prompt-helper-away = The prompt helper does not answer at the moment.
prompt-helper-timed-out =
    The prompt helper did not answer within { $seconds ->
        [one] one second
       *[other] { $seconds } seconds
    }.
prompt-helper-unusable = The prompt helper did not let the bot in, or does not have the model that was asked for. Please tell the person who runs this bot: its log says more.
prompt-helper-refused = The prompt helper did not want to write that.
prompt-helper-unreadable = What the prompt helper answered cannot be used as a prompt.
prompt-helper-gone = There is no prompt helper here any more.
helper-no-answer = no answer within { $seconds } seconds
helper-declined = it declined
helper-characters = { $count } characters
helper-thoughts = nothing but thoughts and manners
helper-packed = it packed its answer
helper-bytes = more than { $most } bytes
helper-no-json = no JSON that could be read
helper-cut = it was cut off at the endpoint's limit
helper-no-words = an answer without words
classifier-no-labels = no labels with scores from 0 to 1
words-improved = The prompt helper improved “{ $option }”. You wrote: “{ $typed }”
words-translated = The prompt helper translated “{ $option }”. You wrote: “{ $typed }”
words-translated-and-improved = The prompt helper translated and improved “{ $option }”. You wrote: “{ $typed }”
words-not-improved = “{ $option }” was not improved, your own words count. { $problem }
words-not-translated = “{ $option }” was not translated, your own words count. { $problem }
## many at once

status-together = { $done } of { $count } done
status-together-failed = { $count } failed
group-too-many = That would be { $count } jobs at once. { $why }
cancel-group = { $running ->
    [0] Cancelled, all { $count } that were still to come.
   *[other] Cancelled, all { $count } that were still to come. ComfyUI stops the one that runs after its current step.
}
group-failed = { $count ->
    [one] One failed ({ $which }): { $why }
   *[other] { $count } failed ({ $which }): { $why }
}
group-cancelled = { $count } of { $all } were cancelled before they were done.
sheet-no-picture = It made no picture.
sheet-picture-gone = ComfyUI no longer has this picture, or it is damaged.
take-one = Take this one …
button-zip = Originals ({ $count })
all-too-many = That would be { $count } combinations, and { $most } are the most at once. Offer fewer choices, or leave `all` out: then one is picked.
all-too-many-repeated = That would be { $count } combinations, { $repeat } times each, and { $most } are the most at once. Offer fewer choices, or repeat less.
cancel-choice-group = { $count } at once
command-run-name = run
command-run-description = Run any workflow by its name, with its options in a form
run-option-workflow = Which workflow
run-title = Run { $workflow }
command-compare-name = compare
command-compare-description = Compare values of one or two options, on one sheet
option-workflow-description = Which command
option-x-name = x
option-x-description = An option and up to 4 values, along the top: cfg 4,6,8
option-y-name = y
option-y-description = Another one, down the side: sampler euler,dpmpp_2m
option-compare-prompt-name = prompt
option-compare-prompt-description = What to make
option-compare-image-name = image
option-compare-image-description = The picture to start from, where the command takes one
option-values-name = values
option-values-description = Other options, as you would type them: steps:12 seed:5
compare-no-workflow = There is no command `{ $name }`. There is: { $names }.
compare-no-option = `{ $typed }` names no option that can be compared. Write an option and its values, as in `cfg 4,6,8`. There is: { $names }.
compare-how-many = Give one to { $most } different values for { $option }, separated by commas (or by | where they have commas themselves).
compare-same-option = `{ $option }` cannot be compared with itself. Choose another option for one of the two.
compare-unread = `{ $words }` belongs to no option. Write it as in `steps:12 seed:5`. There is: { $names }.
compare-no-words = { $workflow } takes no words. Leave the prompt out.
compare-no-picture = { $workflow } takes no picture. Leave it out.
zip-servers-away = ComfyUI does not answer at the moment. Press again when it is back.
zip-disk-full = The disk of the bot has no room for the zip now. Try again later.
zip-files-gone = ComfyUI no longer has these files.
zip-too-large = The originals ({ $count }) are { $size } together, and Discord takes { $limit } from a bot here. Whoever runs ComfyUI finds them in its output folder.
result-forgotten = The bot does not know this result any more: it keeps results for some time only.
group-order = In this order: { $labels }

## editing workflows

workflow-edit-option-gone = This workflow has no option `{ $option }` any more.
workflow-edit-wrong = “{ $name }” { $problem }.
workflow-edit-name-taken = Another option of this workflow is called “{ $name }” already, perhaps in another language. Choose another name.
workflow-edit-size-needs = `{ $option }` cannot have another name while there is an option for the shape, which stands for `width` and `height`.
workflow-edit-size-required = `{ $option }` is a shape, and a shape may always be left out. Make `width` and `height` required instead.
workflow-edit-required-default = `{ $option }` is required, so nothing stands in for it. Make it optional first, or leave its default empty.
workflow-edit-min-max = The smallest value of `{ $option }` is above the largest. Give them the other way round.
workflow-edit-step = The steps of `{ $option }` have to be above 0.
workflow-edit-names = `{ $option }` may be narrowed to { $most } names of at most { $longest } characters.
workflow-edit-no-such-name = “{ $value }” is not on the servers' list for `{ $option }`. Near it: { $names }.
workflow-edit-option-wrong = Option `{ $option }` { $problem }.
workflow-edit-unreadable = The command of this workflow cannot be read: it { $problem }.
workflow-edit-place = sets what may name a file, a folder or an address, so nobody is asked for it
workflow-edit-head = Edit /{ $workflow }
workflow-edit-note = Only you see this. What you change is kept in a draft: others have it once it is published.
workflow-edit-for-adults = For adults: only in age-restricted channels
workflow-edit-only-in = Only in { $channels } and their threads
workflow-edit-only-for = Only for { $roles }
workflow-edit-off = For nobody, as the setting `workflow-access` says
workflow-edit-asked = How people are asked for it
workflow-edit-required = Required
workflow-edit-required-about = The command cannot be sent without it
workflow-edit-optional = In the command
workflow-edit-optional-about = May be left out: then its default is used
workflow-edit-form = Only in the form
workflow-edit-form-about = Not in the command, but behind 🎛 under a result
workflow-edit-never = Hidden
workflow-edit-never-about = Nobody is asked: its default is always used
workflow-edit-beyond = A command has room for { $most } options. The last of these are only in the form behind 🎛.
workflow-edit-sets = Sets { $inputs }
workflow-edit-pick = Choose an option to change…
workflow-edit-pick-part = Choose an option to change ({ $first } to { $last })…
workflow-edit-command = Name and description
workflow-edit-access = Who and where
workflow-edit-choose = Which options
workflow-edit-choose-title = Options of /{ $workflow }
workflow-edit-field-offered = People may give these
workflow-edit-field-hidden = Nobody is asked for these. What is in neither list is in the form behind 🎛
workflow-edit-preview = Preview
workflow-edit-words = Name and description
workflow-edit-values = Values
workflow-edit-back = All options
workflow-edit-command-title = Edit /{ $workflow }
workflow-edit-option-title = Option { $option }
workflow-edit-access-title = Who may use /{ $workflow }, and where
workflow-edit-field-name = Name
workflow-edit-field-about = Description
workflow-edit-field-place = Place
workflow-edit-field-place-about = Counted from 1 among “{ $group }”
workflow-edit-field-adults = For whom
workflow-edit-field-adults-about = What is for adults, Discord offers only in age-restricted channels
workflow-edit-for-all = Everybody
workflow-edit-adults-only = Adults
workflow-edit-field-default = Default
workflow-edit-field-default-about = Used when it is left out. Empty: what the workflow has
workflow-edit-field-default-seed = Used when it is left out. Empty: a new one each time
workflow-edit-own = In the workflow: { $value }
workflow-edit-field-minimum = Smallest value
workflow-edit-field-maximum = Largest value
workflow-edit-field-step = In steps of
workflow-edit-servers = On the servers: { $value }
workflow-edit-field-names = Only these
workflow-edit-field-names-about = One in a line. Empty: all that the servers have
workflow-edit-field-names-text = One in a line: people choose from them. Empty: they type what they like
workflow-edit-channels-about = And their threads. None: everywhere
workflow-edit-roles-about = None: everybody
workflow-list-name = list
workflow-list-description = The workflows that were added in this server
workflow-show-name = show
workflow-show-description = One workflow of this server: what it takes, and what can be done with it
workflow-edit-command-name = edit
workflow-edit-description = Change a workflow of this server in a draft, to be published
workflow-history-name = history
workflow-history-description = The versions of a workflow, one of which can be offered again
workflow-disable-name = disable
workflow-disable-description = Offer a workflow no longer, until it is enabled again
workflow-enable-name = enable
workflow-enable-description = Offer a workflow again
workflow-remove-name = remove
workflow-remove-description = Remove a workflow with all of its versions
workflow-rollback-name = rollback
workflow-rollback-description = Offer a former version of a workflow again
workflow-export-name = export
workflow-export-description = Take a workflow along as a zip, for another server
workflow-import-name = import
workflow-import-description = Bring a workflow from the zip that another server exported
workflow-list-option-which = Which workflow
workflow-list-option-version = Which version: its number
workflow-list-option-version-or-current = Which version; left out, the one that is offered
workflow-list-version-name = version
workflow-import-option-file = The zip
workflow-list-none = No workflow was added in this server yet. `/workflow add` makes a command of a workflow file, or of a picture that ComfyUI saved.
workflow-list-no-such = This server has no workflow “{ $name }”; { $near }.
workflow-list-no-version = /{ $workflow } has no version { $version } (any more). `/workflow history` shows those that are kept.
workflow-list-head = Workflows of this server: { $count } of { $most }
workflow-list-pick = Choose a workflow…
workflow-list-state-published = offered, version { $number }
workflow-list-state-disabled = disabled
workflow-list-state-draft = draft, not published yet
workflow-list-state-taken-away = taken away by the operator of the bot
workflow-list-also-draft = A newer version is being edited and is not published yet
workflow-list-shared = Shared by the operator with all servers
workflow-list-added =
    { $count ->
        [one] Added { $when }, one version
       *[other] Added { $when }, { $count } versions
    }
workflow-list-cannot-run = It cannot run now
workflow-list-by-nobody = nobody knows any more by whom
workflow-list-change = Edit
workflow-list-disable = Disable
workflow-list-enable = Enable
workflow-list-versions = Versions
workflow-list-export = Export
workflow-list-remove = Remove
workflow-list-all = All workflows
workflow-list-back = Back
workflow-list-history = Versions of /{ $workflow }
workflow-list-version = Version { $number } of { $day } UTC
workflow-list-current = offered
workflow-list-published = published { $when }
workflow-list-drafted = draft, begun { $when }
workflow-list-roll-back = Offer a former version again…
workflow-list-no-former = There is no former version to go back to.
workflow-list-remove-asked = Remove /{ $workflow } with all of its versions?
workflow-list-remove-about = Its command goes, and buttons under its results say so when they are pressed. Jobs that wait or run go on. `/workflow export` keeps a copy of it.
workflow-enabled = /{ $workflow } is offered again. Its command appears in a moment.
workflow-disabled-now = /{ $workflow } is offered no longer. `/workflow enable` brings it back.
workflow-removed = /{ $workflow } is removed, with all of its versions.
workflow-enabled-by-run = /{ $workflow } is offered again, without a command of its own: { $why }
workflow-rolled-back = /{ $workflow } is version { $number } again. What was made with other versions stays.
workflow-rolled-back-by-run = /{ $workflow } is version { $number } again, without a command of its own: { $why }
workflow-exported = **/{ $workflow }**, version { $number }. `/workflow import` brings it into another server; an operator unpacks it into `workflows/`.
workflow-import-draft = Somebody is editing /{ $workflow } already. Publish or discard that draft first (`/workflow edit`), or import under another name.

## words

command-words-name = words
command-words-description = Words that this server does not want: refused, reviewed, or behind a spoiler
words-add-name = add
words-add-description = Add a rule, or change one; without words or a pattern a form asks for a list
words-list-name = list
words-list-description = Show this server's rules, or one with all its words
words-remove-name = remove
words-remove-description = Take a rule away
words-test-name = test
words-test-description = See which rules some words would meet
words-option-name = What people are told who are refused, such as: no gore
words-option-which = Which rule
words-option-action = What is done with a job whose words meet it
words-option-action-name = action
words-option-words = Words and phrases, with commas or lines between them; kill* is also killer
words-option-pattern = A regular expression in place of words
words-option-pattern-name = pattern
words-option-loose = Also with letters apart or repeated, such as f.o.o and fooo
words-option-loose-name = loose
words-option-spare-negative = Not in the negative prompt, which says what to keep out
words-option-spare-negative-name = spare-negative
words-option-test = A prompt, as somebody might write it
words-form-title = Words of “{ $rule }”
words-form-list = Words and phrases
words-action-refuse = refuse
words-action-review = hold for review
words-action-spoiler = behind a spoiler
words-kind-list =
    { $count ->
        [one] one word
       *[other] { $count } words
    }
words-kind-pattern = regular expression
words-kind-loose = letters apart or repeated, too
words-kind-spares-negative = not in the negative prompt
words-saved = This holds from now on, in this whole server:
words-removed = The rule “{ $rule }” is gone.
words-none = This server has no rules about words. `/words add` makes one.
words-listed =
    { $count ->
        [one] One rule about words
       *[other] { $count } rules about words
    }
words-tried-none = No rule is about these words.
words-tried =
    { $count ->
        [one] One rule is about these words:
       *[other] { $count } rules are about these words:
    }
words-only-in-servers = Rules about words belong to a server: use this in one that has the bot.
words-not-allowed = Rules about words are for moderators (“Manage Messages”) and those who manage the server.
words-list-long = A list has at most { $most } characters. Make two rules of it.
hook-not-loaded = The hook “{ $hook }” (`{ $where }`) could not be loaded; the traceback is in the log under { $id }. Mend its package or uninstall it: without it the bot would let through what it is to stop.
hook-without-moment = The hook “{ $hook }” (`{ $where }`) has none of the methods `before_submission`, `after_run`, `before_posting`. Mend its package or uninstall it.
hook-bug = This goes no further, because “{ $hook }”, which looks at every job here, met a bug. Please tell whoever runs this bot, with what the log says under { $id }.
hook-slow = This goes no further, because “{ $hook }”, which looks at every job here, gave no answer in time. Try it again later.
hook-refused = { $words }
review-why-hook = { $words }
classified-refused = This is not posted: the image check of this server found “{ $label }” in it. Change what you ask for and run the command again.
review-why-classified = the image check found “{ $label }” in it
review-why-unlooked = the image check could not look at it
words-refused = The rule “{ $rule }” of this server does not allow the words of “{ $option }”. Change them, and run the command again.
words-refused-reworded = This was not made, because of what the prompt helper wrote: { $why }
review-why-words = its words meet the rule “{ $rule }”
words-no-rule = There is no rule “{ $name }” here. There is, for example: { $names }
words-too-many-rules = This server has { $most } rules already, and more are not possible. Take one away, or add the words to one that is there.
words-pattern-long = A regular expression has at most { $most } characters.
words-pattern-named = Names of groups, such as `(?P<name>…)`, cannot be used here. Write `(?:…)`.
words-pattern-wrong = This regular expression cannot be used: `{ $problem }`. Look-around and back-references are not known here: with them a text can be made that takes minutes.
words-pattern-empty = This regular expression is about every text, even an empty one. Make it ask for at least one letter.
words-none-typed = There is no word in that. Type words or phrases with commas, or line breaks, between them.
words-word-long = “{ $word }” is too long: a word or phrase has at most { $most } characters.
words-word-empty = “{ $word }” has no letter, digit or symbol that could be looked for.
words-name-length = A rule needs a name of 1 to { $most } characters: it is what people are told who are refused.
words-one-of-two = A rule has either words or a regular expression. Give one of the two.
words-too-many-letters = All lists of this server together have { $count } characters then, and { $most } is the most. Take words out, or rules that nobody needs.
words-patterns-large = All regular expressions of this server together are too large then: { $count } parts, and { $most } is the most. Counts (“a hundred of these”) and classes such as `\w` count most; words are better in a list.
words-patterns-large-together = All regular expressions of this server together are too large then. Classes of letters such as `\w` count most.

folder-zip-none = This is no zip of a workflow’s folder: one folder with `{ $graph }` and `{ $command }`, as `/workflow export` makes it. Other files with a workflow go by `/workflow add`.
folder-zip-several = The zip has more than one `{ $file }`. Put one workflow’s folder into it.
folder-zip-path = The zip has a path that no folder of a workflow has: `{ $path }`. Export the folder again, or pack it anew.
folder-zip-not-utf8 = `{ $file }` in this zip is not UTF-8. Save it with that encoding.
guild-workflow-gone = This workflow is not there any more: somebody removed it. `/workflow list` shows those of this server.
guild-workflow-version-gone = Version { $number } is not kept any more, or was never published. `/workflow history` shows those that are.
guild-workflow-no-draft = This version is no draft any more: somebody published or discarded it. `/workflow show` shows how the workflow is now.
guild-workflow-changed-meanwhile = Somebody else changed this draft meanwhile, so nothing was written. Open it again with `/workflow edit` and change it as it is now.
guild-workflow-never-published = “{ $name }” was never published: there is only a draft. Publish it first.
guild-workflow-taken-away = Whoever runs this bot took “{ $name }” away, so nobody can run it. Ask them for the reason.
guild-workflow-name-taken = Another workflow of this server is called “{ $name }”, or its draft is. Choose another name.
guild-workflow-shared-name-taken = Another workflow that is shared with all servers is called “{ $name }”. Choose another name.
guild-workflow-large = This is too large: it has { $size } KiB, and { $most } KiB is the most.
guild-workflows-many = This server has { $most } workflows with its drafts, and more are not possible. Remove one that nobody needs: `/workflow list`.
guild-workflows-large = The workflows of this server take more than { $most } MiB with their former versions. Remove one that nobody needs: `/workflow list`.
audit-workflow = changed a workflow
audit-workflow-name = workflow
audit-workflow-version = version
audit-workflow-add = added
audit-workflow-publish = published
audit-workflow-roll-back = rolled back
audit-workflow-enable = enabled
audit-workflow-disable = disabled
audit-workflow-remove = removed
audit-workflow-share = shared with all servers
audit-workflow-unshare = shared no longer
audit-workflow-take-away = taken away by the operator
audit-workflow-give-back = given back by the operator
privacy-guild-workflows = Workflows of servers that you added
privacy-workflow-versions = Versions of them that you began

command-owner-workflow-name = workflow
command-owner-workflow-description = Workflows that servers added: share one with all, or take one away
command-owner-workflow-list-name = list
command-owner-workflow-list-description = What each server added
command-owner-workflow-share-name = share
command-owner-workflow-share-description = Offer one of them in every server, and in direct messages
command-owner-workflow-unshare-name = unshare
command-owner-workflow-unshare-description = Offer one in its own server alone again
command-owner-workflow-remove-name = remove
command-owner-workflow-remove-description = Take one away: nobody can run it until you restore it
command-owner-workflow-restore-name = restore
command-owner-workflow-restore-description = Let its server use one again that you took away
option-owner-workflow-name = workflow
option-owner-workflow-description = Which one
owner-workflow-nothing = No server added a workflow.
owner-workflow-title = Workflows that servers added: { $count }
owner-workflow-state = { $state ->
        [draft] a draft
        [disabled] disabled there
       *[published] offered
    }
owner-workflow-version = version { $number }
owner-workflow-is-shared = shared with all
owner-workflow-is-removed = taken away
owner-workflow-none = There is no such workflow (“{ $name }”), or several have that name. Choose one of the list.
owner-workflow-own-name = `/{ $name }` is a command of yours, or of the bot’s own. Its server has to give the workflow another name before it can be shared.
owner-workflow-shared = `/{ $name }` is offered in every server now. Its server goes on deciding what it does: what they publish next is offered everywhere too.
owner-workflow-shared-disabled = `/{ $name }` is shared, but disabled in its own server: it is offered as soon as they enable it.
owner-workflow-unshared = `/{ $name }` is offered in its own server alone.
owner-workflow-removed = `/{ $name }` is taken away: nobody can run it, and its server reads so when they list it. Jobs that wait or run go on (`/owner pause` holds them). `/owner workflow restore` gives it back.
owner-workflow-restored = `/{ $name }` is given back to its server. If it was shared, share it anew.
workflow-add-name-wrong = “{ $name }” cannot be the name of a command: it { $problem }.
workflow-add-name-own = /{ $name } is one of the bot’s own commands. Give the workflow another name.
workflow-add-name-taken = There is a command /{ $name } here already. Give the workflow another name.
workflow-add-description = This cannot be the description of a command: it { $problem }.
workflow-add-only-in-servers = Workflows are added to a server: use this in one that has the bot.
workflow-add-off = Nobody can add workflows in this server yet. Somebody who may manage it (“Manage Server”) can allow it: `/settings set key:workflow-adders value:managers`, or with roles: `value:managers @Role`.
workflow-add-not-yours = Adding and changing workflows is for those who manage this server (“Manage Server”) and for roles that they name: `/settings set key:workflow-adders`.
preview-place-gone = The workflow has no “{ $input }” at this place any more. Look at its preview once more.
preview-head = Preview of /{ $workflow }
preview-ready = Only you see this. Try it, then publish it: until then nobody else can use it.
preview-waits = Only you see this. It cannot run here yet; it stays a draft until it can.
preview-cannot = Only you see this. It may not run here.
preview-refused = Not allowed
preview-lacks = Missing on the server
preview-missing = Not on the server: choose something else, or have it installed
preview-replace = Instead of { $name }…
preview-broken-node = The node { $node } is installed, but its pack does not start. Whoever runs ComfyUI finds the reason in its log.
preview-options =
    { $count ->
        [one] 1 option
       *[other] { $count } options
    }
preview-options-unknown = Which options it has shows only on a server that has what it lacks here.
preview-no-options = It has no options: it runs as it is.
preview-advanced = **Behind 🎛** { $names }
preview-outputs = **Results** come from { $nodes }
preview-warnings = Odd in the file
preview-more =
    { $count ->
        [one] and one more
       *[other] and { $count } more
    }
preview-default = default { $value }
preview-default-yes = default yes
preview-default-no = default no
preview-kind-text = text
preview-kind-integer = whole number
preview-kind-number = number
preview-kind-boolean = yes or no
preview-one-of = one of { $count }
preview-kind-image = picture
preview-kind-mask = mask
preview-kind-video = video
preview-kind-audio = sound
preview-kind-file = file
preview-try = Try it
preview-publish = Publish
preview-edit = Edit…
preview-look = Look again
preview-discard = Discard

command-workflow-name = workflow
command-workflow-description = Make commands of ComfyUI workflows, for this server
workflow-add-name = add
workflow-add-about = Make a command of a workflow: its JSON, or a picture that ComfyUI saved
workflow-option-file = The workflow: JSON, or a picture, video or sound that ComfyUI saved
workflow-option-file-name = file
workflow-option-name = What the command is called; left out: after the file
workflow-option-name-name = name
workflow-option-description = What the command is for
workflow-option-description-name = description
workflow-add-no-file = This message shows no file. Use this on a message with a workflow’s JSON, or with a picture, video or sound that ComfyUI saved.
menu-make-command = Make a command of this
preview-gone = This draft is not there any more: it was published or discarded.
preview-slow = The servers take long to say what they have. Try it once more in a moment.
preview-try-title = Try /{ $workflow }
preview-published = **{ $command } is published.** Everybody in this server can use it in a moment. Who may use it, and where, is chosen in `/workflow edit`.
preview-published-by-run = **{ $workflow } is published**, without a command of its own: { $why }
preview-discard-question = Discard the draft of /{ $workflow }? What was changed in it is gone then.
preview-keep = Keep it
preview-discarded = The draft of /{ $workflow } is gone.
workflow-as-found = As found in the workflow. Take this line away to keep these options.
