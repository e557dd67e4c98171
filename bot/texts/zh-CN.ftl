
## generation

workflow-wrong = 它的文件与 ComfyUI 现有的内容不符：{ $problem }
workflow-too-many = Discord 同时最多允许 { $most } 个工作流（按文件夹名称排序），这一个超出了上限。请移走一些，或者给它换一个排在前面的文件夹名称。
workflow-bug = 推算它的选项时遇到了机器人的程序错误。请连同日志中编号 { $id } 处的内容一起报告。
workflow-not-offered = `/{ $workflow }` 目前不可用：{ $reason }
workflow-reasons = { $first }{ $second }
workflow-reasons-more = { $first }（另有 { $count } 项）
workflow-files-wrong = 它的文件或 ComfyUI 中与它相关的内容有问题，机器人的日志里有说明。
workflow-unavailable = `{ $workflow }` 目前无法运行：这里没有任何 ComfyUI 具备它所需的节点和模型。机器人的管理员可以在日志中看到缺少什么。
workflow-not-here = 这里无法运行 `/{ $workflow }`：它已被移除，或者属于另一个服务器。
workflow-taken-away = `/{ $workflow }` 已被运行此机器人的人收回。
workflow-disabled = 本服务器已停用 `/{ $workflow }`。有权在这里编辑工作流的人可以重新启用它。
workflow-version-gone = `/{ $workflow }` 的这个版本已不再保留。请直接使用现在的命令 `/{ $workflow }`。
cancel-done = 已取消，任务还没有开始。
cancel-requested = 正在通知 ComfyUI 停止，当前这一步完成后生效。
cancel-ended = 没有可取消的了：这个任务已经结束。
cancel-unknown = 这里没有这个任务，它可能早已结束。
cancel-not-yours = 你只能取消自己的任务。管理员可以取消本服务器的任何任务。
preparation-given-up = 这个任务的文件多次未能准备好，已放弃。请换一个文件；如果仍然不行，请告诉机器人的管理员。
upload-lost = 机器人的磁盘上已经没有这个任务的文件。请重新运行命令；如果再次发生，请告诉机器人的管理员。
upload-too-large = 你的文件有 { $size } MB，ComfyUI（{ $backend }）不接受这么大的文件。请缩小后重新运行命令。
upload-failed = ComfyUI（{ $backend }）没有接受这个任务的文件。请稍后再试；ComfyUI 的管理员可以在日志中找到原因。
notice-away = ComfyUI（{ $backend }）没有响应，恢复后任务会继续。
notice-again = ComfyUI 丢失了这个任务，可能是因为重启过。正在重试（第 { $attempt } 次，共 { $most } 次）。
notice-cleared = 有人在 ComfyUI 中清空了队列，这个任务也被移除了。正在重试（第 { $attempt } 次，共 { $most } 次）。
notice-stalled = ComfyUI 长时间没有进展，已停止这次运行。正在重试（第 { $attempt } 次，共 { $most } 次）。
notice-unheard = 这个工作流的图片只通过 ComfyUI 的事件连接发送，而连接中途断开了：任务将重新运行（第 { $attempt } 次，最多 { $most } 次）。
notice-cancelling = 正在取消，ComfyUI 会在当前这一步之后停止。
failed-lost = ComfyUI 三次丢失了这个任务，很可能是因它而崩溃。请尝试更小的尺寸或更少的张数；如果仍然不行，ComfyUI 的管理员可以在它的日志中找到原因。
failed-cleared = 这个任务多次被人从 ComfyUI 的队列中移除，因此不再重试。请询问 ComfyUI 的管理员，然后重新运行命令。
failed-stalled = ComfyUI 在这个任务上一再停滞不前，因此已放弃。请稍后再试，或者使用更小的尺寸。
quarantined-workflow = `/{ $workflow }` 暂时停用：它在一小时内多次让 ComfyUI { $harm ->
        [gone] 崩溃
       *[stalled] 卡死
    }。其他命令照常可用；机器人的管理员可以重新启用它。
quarantined-value = `/{ $workflow }` 的 `{ $option }: { $value }` 暂时停用：它在一小时内多次让 ComfyUI { $harm ->
        [gone] 崩溃
       *[stalled] 卡死
    }。请换一个值；机器人的管理员可以重新启用它。
failed-out-of-memory = 显卡在“{ $node }”处显存不足。请尝试更小的尺寸，或减少一次生成的张数。
failed-node = 节点“{ $node }”出错：`{ $message }`
failed-node-advised = 节点“{ $node }”出错：`{ $message }` { $advice }
advice-disk-full = ComfyUI 的磁盘已满，需要由它的管理者腾出空间。
advice-model-broken = 模型文件已损坏，或者不是这个节点能读取的类型：请换一个，或请管理者重新下载。
advice-models-differ = 通常是因为所用的模型互不匹配：请选择与主模型配套的 LoRA、ControlNet、VAE 或文本编码器，或者换一个它支持的尺寸。
advice-file-gone = 所需的文件不存在（或已被移走）：请换一个，或联系 ComfyUI 的管理者。
advice-no-rights = ComfyUI 没有读写该文件的权限，需要由它的管理者授权。
advice-login = 这个节点使用的服务需要账号、密钥或额度，请联系 ComfyUI 的管理者。
advice-network = 这个节点需要的网络服务没有响应，请稍后再试。
node-of-class = 节点 { $id }（{ $type }）
node-by-number = 节点 { $id }
failed-interrupted = 有人在 ComfyUI 中停止了这个任务。如果仍然需要，请重新运行命令。
failed-no-output = ComfyUI 已完成，但没有生成任何文件。工作流可能缺少保存结果的节点。
failed-all-cached = 这些内容 ComfyUI 以前都做过，这次没有生成新文件。请改动一些设置（例如种子）后重新运行命令。
failed-unheard = ComfyUI 已完成，但这个工作流的图片只通过事件连接发送（SaveImageWebsocket），没有全部收到。改用 SaveImage 的工作流会保留文件。
failed-unfinished = ComfyUI 没有说明原因就结束了这个任务。请再试一次；如果每次都这样，可以在它的日志中找到原因。
refused-graph = ComfyUI 没有接受：{ $problems }
refused-whole = ComfyUI 没有接受这个工作流：`{ $message }`。需要机器人的管理员修正工作流。
refused-several = { $first }{ $second }
refused-option = 选项 `{ $option }`
refused-input = 节点“{ $node }”的输入 `{ $input }`
refused-no-class = 它没有（或不再有）节点 `{ $type }`，可请 ComfyUI 的管理者安装相应的节点包。
refused-not-in-list = { $place }不能是 `{ $value }`。可选的例如：{ $names }。
refused-too-small = { $place }不能是 { $value }，最小为 { $minimum }。
refused-too-big = { $place }不能是 { $value }，最大为 { $maximum }。
refused-other = { $place }：`{ $message }`。

## doctor

setting-unknown = { $file } 里设置了 { $name }，本机器人没有这个设置项。
setting-misspelt = { $file } 里设置了 { $name }，本机器人没有这个设置项。是否想写 { $near }？
doctor-settings = 设置来自 { $file } 和环境变量；其中的相对路径从 { $folder } 算起
doctor-settings-around = 设置只来自环境变量：{ $folder } 里没有 .env，相对路径从这里算起
doctor-token-missing = 未设置 DISCORD_TOKEN。请在 https://discord.com/developers/applications 创建应用，打开“Bot”，点击“Reset Token”，并把令牌写入 .env。
doctor-token-refused = Discord 不接受 DISCORD_TOKEN。请在你的应用中打开“Bot”，点击“Reset Token”，并把新令牌写入 .env。
doctor-application = Discord 认得这个令牌：应用“{ $name }”
doctor-invite = 邀请链接：{ $link }
doctor-user-install = 用户可以安装到自己的账号，在任何地方使用：{ $link }（除非关闭 Bot → Public Bot，否则人人都可以；`USER_INSTALL=false` 可停用）
doctor-user-install-off = 目前只能安装到服务器。如需让用户用自己的账号在任何地方使用：Developer Portal → Installation → User Install，然后重新启动机器人
doctor-gateway = Discord 网关有响应；今天还可以启动 { $remaining } 次（共 { $total } 次）
doctor-shards = 本进程负责分片 { $first } 到 { $last }（共 { $count } 个）；Discord 建议 { $recommended } 个
doctor-shards-too-few = SHARDS 只有 { $count } 个分片，Discord 建议 { $recommended } 个。请写够数量，或者不设置 SHARDS
doctor-shards-apart = SHARDS 把一部分分片留给其他机器人进程，但使用 SQLite 账本时它们彼此不知情。请让所有进程使用同一个 DATABASE=postgresql://…
doctor-gateway-strange = Discord 网关有响应，但内容不对。中间是否有代理？
doctor-discord-strange = Discord 的地址有回应，但内容不像 Discord。中间是否有代理？
doctor-discord-away = 无法连接 Discord（{ $problem }）。请检查这台机器的网络。
doctor-no-answer = { $seconds } 秒内没有应答
doctor-workflows = { $folder } 里的 { $count } 个工作流读取正常
doctor-backend = ComfyUI { $backend }：版本 { $version }，设备 { $devices }；{ $running } 个运行中，{ $waiting } 个等待中
doctor-backend-away = { $problem }它启动了吗？COMFYUI_URLS 正确吗？
doctor-backend-unauthorized = ComfyUI { $backend } 需要身份验证。请设置 COMFYUI_BASIC_AUTH、COMFYUI_BEARER_TOKEN 或 COMFYUI_HEADERS。
doctor-worker = 其他进程把这个工作进程叫作 { $name }
doctor-reported = ComfyUI { $backend }：它的工作进程 { $seconds } 秒前有消息
doctor-reported-away = ComfyUI { $backend } 不在线：它的工作进程 { $seconds } 秒前最后有消息。工作进程和它的 ComfyUI 启动了吗？
doctor-reported-none = 还没有工作进程报告过 ComfyUI。请在每个 ComfyUI 旁边用同一个 DATABASE 启动一个：`python -m bot run --role worker`。
role-alone = { $role } 角色需要 DATABASE=postgresql://…，机器人和工作进程通过它协作；使用 SQLite 文件时由一个进程完成全部工作：请不要写 --role。
doctor-lacks-pack = ComfyUI { $backend } 缺少节点包 { $pack }（{ $workflows } 需要）：请安装它以获得 { $nodes }
doctor-lacks-update = ComfyUI { $backend } 的版本对 { $workflows } 来说太旧：请更新，它缺少 { $nodes }
doctor-lacks-nodes = ComfyUI { $backend } 缺少 { $workflows } 需要的节点，也没有文件说明它们来自哪个节点包：{ $nodes }
doctor-lacks = ComfyUI { $backend } 无法运行 /{ $workflow }：{ $reason }
doctor-not-offered = 未提供 /{ $workflow }：{ $reason }
doctor-stand-in = /{ $workflow } 的 { $option } 默认是“{ $wished }”，但没有 ComfyUI 装有它：将用另一个代替，每个任务都会注明
doctor-commands = 可用命令：{ $names }
doctor-prompt-helper = 提示词助手 { $endpoint } 应答正常，模型 { $model }
doctor-prompt-helper-silent = 提示词助手 { $endpoint } 没有给出可用的应答（{ $problem }）。请检查 PROMPT_HELPER_URL、PROMPT_HELPER_MODEL 和 PROMPT_HELPER_KEY；在此之前任务会按用户自己的文字运行。
doctor-classifier = 分类器 { $endpoint } 应答正常。它认识的标签（供 `/settings` 使用）：{ $labels }
doctor-classifier-silent = 分类器 { $endpoint } 没有给出可用的应答（{ $problem }）。请检查 CLASSIFIER_URL 和 CLASSIFIER_KEY；在此之前由各服务器 `/settings` 里的“分类器不可用时”决定。
doctor-wildcards = { $folder } 里有 { $count } 个通配词
wildcards-too-many = 通配词文件夹 { $folder } 内容太多：从 { $file } 起不再读取
wildcards-wrong-name = { $file } 不能用作通配词：名称和文件夹只能含字母、数字、- 和 _（不能连用两个 _）
wildcards-too-large = { $file } 太大，不能用作通配词：最多读取 { $kilobytes } KB
wildcards-unreadable = 无法读取 { $file }：{ $problem }
doctor-database = 数据库 { $path } 可以写入
doctor-database-in-use = 数据库 { $path } 正被运行中的机器人使用
doctor-everything-paused = 已全部暂停：在 `/管理 恢复` 之前不会有任务开始
doctor-backend-paused = ComfyUI { $backend } 已暂停：在 `/管理 后端` 恢复之前不会有任务在那里开始
doctor-quarantined = { $reason }参见 `/管理 停用`。
doctor-guilds-outside = 有 { $count } 个服务器装有机器人但不在 ALLOWED_GUILDS 中：{ $names }
doctor-database-wrong = { $problem }
doctor-metrics = 机器人运行时，可在 http://{ $place }/metrics 查看监控指标
doctor-metrics-open = 机器人运行时，可在 http://{ $place }/metrics 查看监控指标；能访问该地址的人都能查看，没有登录验证
doctor-metrics-off = METRICS_LISTEN 为 off：不提供监控指标
moved-table = { $table }：已迁移 { $rows } 行
moved-files = 任务使用的文件：已迁移 { $count } 个
moved-all = 全部内容已在 { $place }，原处也仍然保留。请把 DATABASE 改成新的数据库并启动机器人；确认运行正常之前请保留旧的。
doctor-font = 对比拼图中的中文标签使用字体 { $path }
doctor-font-missing = 没有找到包含中文的字体：对比拼图的标签会以“?”代替。请安装一个，例如 `apt install fonts-noto-cjk`。

## 备份

backup-made = 任务和文件已复制到 { $folder }。其中有大家提交的内容，请像密码一样妥善保管。
backup-there = { $folder } 里已经有一份备份。请换一个文件夹，例如以日期命名。
backup-of-server = DATABASE 指向 PostgreSQL 服务器，请用它自带的 pg_dump 和 pg_restore 备份和恢复，命令见 bot/GUIDE.md。
backup-not-copied = 无法复制 { $file }：{ $problem }。
restore-made = { $folder } 中的备份已就位，其中未完成的任务会在下次启动后继续。{ $before }
restore-before = 原来的记录现在是 { $file }。
restore-nothing-before = 原来没有记录。

## the ledger's databases, and Discord's gateway

store-in-use = 数据库 { $path } 正被另一个运行中的 Comfycord 使用。请先停止它，或把 DATABASE 设为另一个文件。
store-not-usable = 无法使用数据库 { $path }：{ $problem }（{ $file }）。
store-not-locked = 无法锁定数据库 { $path }（{ $problem }）。请把 DATABASE 设为本地磁盘上的文件。
store-missing = 没有数据库 { $path }。
store-not-opened = 无法打开数据库 { $path }：{ $problem }。请检查其文件夹可写、磁盘有空间，或把 DATABASE 设为另一个文件。
store-damaged = 数据库 { $path } 已损坏：{ $problem }。请把它连同 -wal 和 -shm 文件移走，换上备份；也可以不用备份启动，机器人会从空队列开始。
store-replaced = 机器人运行期间，数据库 { $path } 或其 -wal 文件被删除或替换。请换上备份；也可以不用备份启动，机器人会从空队列开始。
store-not-written = 数据库 { $path } 已有 { $seconds } 秒无法写入：{ $problem }。请检查磁盘和文件夹的权限，然后重新启动机器人。
store-newer = 数据库 { $path } 属于更新版本的 Comfycord（格式 { $found }，此版本最多支持 { $known }）。请升级 Comfycord，或把 DATABASE 设为另一个文件。
store-foreign = { $path } 是另一个程序的数据库。请把 DATABASE 设为另一个文件。
store-old-sqlite = 这个 Python 附带 SQLite { $version }，而 Comfycord 需要 3.37 或更新版本。请使用更新的 Python。
store-no-log = 数据库 { $path } 所在的磁盘不支持预写日志。请使用本地磁盘。
store-no-folder = 无法创建数据库 { $path } 的文件夹：{ $problem }。请自行创建，或把 DATABASE 设为另一个文件夹中的文件。
store-rows-lost = 表 { $table } 的 { $expected } 行中只移动了 { $found } 行；没有作任何更改。
store-no-driver = DATABASE 指定了 PostgreSQL 服务器，但没有安装相应的组件：pip install 'comfycord[postgres]'
store-server-not-opened = 无法打开数据库 { $label }：{ $problem }。请检查其服务器是否运行，以及用户名和密码。
store-server-damaged = 数据库 { $label } 已损坏：{ $problem }。请恢复它的备份。
store-server-busy = 另有 { $count } 个会话打开了数据库 { $label }。请先停止所有机器人和工作进程。
store-server-old = { $label } 的服务器早于 PostgreSQL 13。请使用更新的版本。
store-server-tables = { $label } 的表不属于此版本，而 { $user } 无权更改。请在 DATABASE 中使用数据库的所有者，运行一次 `python -m bot doctor`。
store-server-standby = { $label } 的服务器是备用服务器，不接受写入。请改用主服务器。
store-server-rights = { $user } 无权写入 { $label } 的表。其所有者可以授权：见 roles.sql。
store-server-foreign = { $label } 是另一个程序的数据库。请新建一个空的数据库，并把 DATABASE 设为它。
store-server-newer = 数据库 { $label } 属于更新版本的 Comfycord（格式 { $found }，此版本最多支持 { $known }）。请升级 Comfycord，或把 DATABASE 设为另一个数据库。
store-server-address = DATABASE 不是 PostgreSQL 能理解的地址。请写成 postgresql://user:password@host/name 的形式，密码中在地址里有特殊含义的字符写作 %XX。
store-tables-differ = 两个数据库的表不同，其中一个被手工改动过。
store-not-empty = 新数据库的表 { $table } 中已有数据。请指定一个空的数据库：不会覆盖任何内容。
moving-damaged = 文件 { $blob } 已损坏。请从来源中删除它，然后重新开始。
connect-token = Discord 拒绝了令牌：请从 Developer Portal 重新复制（Bot → Reset Token）。
connect-token-gateway = Discord 网关拒绝了令牌：请从 Developer Portal 重新复制（Bot → Reset Token）。
connect-shard = Discord 不认识分片 { $shard }：请检查 SHARDS。
connect-too-few = 机器人所在的服务器太多，而连接太少：请不要设置 SHARDS，或在其中写更多分片。`python -m bot doctor` 会说明 Discord 推荐的数量。
connect-version = Discord 网关不再支持此版本：请更新 discord.py。
connect-intents = Discord 拒绝了 intents，尽管其中没有特权 intent。
connect-closed = Discord 彻底关闭了连接（代码 { $code }）。

## what an operating system says

os-missing = 没有这个文件或文件夹
os-no-right = 没有权限
os-not-permitted = 不允许此操作
os-exists = 文件已存在
os-no-folder = 不是文件夹
os-folder = 是文件夹
os-full = 磁盘空间不足
os-read-only = 文件系统为只读
os-name-long = 文件名过长
os-circle = 符号链接层数过多
os-disk = 磁盘读写出错

## settings

settings-need-change = 设置需要修改：
setting-wrong = { $setting }：{ $problem }
setting-guilds = 请写服务器的 ID（用逗号分隔）
setting-syntax = 请写 choices、wildcards 或 loras（用逗号分隔），或 none
setting-no-server = 请至少写一个 ComfyUI，例如 http://127.0.0.1:8188
setting-server-address = 第 { $number } 个地址的形式不对，应如 http://127.0.0.1:8188
setting-helper-address = 请写成 http://127.0.0.1:11434/v1 的形式
setting-helper-password = 地址中不要写用户名或密码：密钥有专门的设置
setting-no-certificates = { $file } 中没有 PEM 格式的证书（{ $problem }）
setting-user-password = 请写成 user:password 的形式
setting-loopback = 只有这台机器（127.0.0.1）上的模拟服务可以代替 Discord
setting-secret-file = { $setting }：无法读取 { $file }（{ $problem }）
setting-sandbox-token = DISCORD_API_BASE 和 DISCORD_GATEWAY_URL 只能与以“{ $prefix }”开头的令牌一起使用：真实令牌绝不会发送给模拟服务
setting-sandbox-both = DISCORD_API_BASE 和 DISCORD_GATEWAY_URL 要么都设置，要么都不设置
setting-one-access = COMFYUI_BASIC_AUTH 和 COMFYUI_BEARER_TOKEN：只能设置其中一个
setting-helper-model = 设置 PROMPT_HELPER_URL 时也要设置 PROMPT_HELPER_MODEL：请写明要使用的模型
setting-headers = COMFYUI_HEADERS：每一项写成 `Name: value`，用 `;` 分隔
setting-metrics-place = 请写成 127.0.0.1:9464 或 [::1]:9464 的形式，或 off
setting-whole-number = 请写整数
setting-number = 请写数字
setting-flag = 请写 true 或 false
setting-at-least = 请写不小于 { $least } 的数
setting-at-most = 请写不大于 { $most } 的数
setting-above = 请写大于 { $least } 的数
setting-one-of = 请写其中之一：{ $names }
setting-other = 原文：{ $said }
env-file-missing = 缺少 { $file }：请把 .env.example 复制为该名称，或去掉 --env-file
env-file-encoding = { $file } 不是 UTF-8 文本：请用 UTF-8 编码重新保存
token-not-set = 没有设置 DISCORD_TOKEN。`python -m bot doctor` 会说明在哪里获取；`python -m bot sandbox` 则不需要它。
inputs-folder-unusable = 无法使用存放用户文件的文件夹 { $folder }（{ $problem }）。请修正其权限，或把 DATABASE 设为另一个文件夹中的文件。

## files of workflows

wrong-at = { $place }：{ $problem }
wrong-in = { $file }：{ $problem }
place-option = { $file }，选项“{ $name }”
place-part = { $place }，“{ $key }”部分
node-plain = 节点 { $id }（{ $class }）
node-titled = 节点“{ $title }”（{ $id }，{ $class }）
input-of = { $node }的“{ $input }”
joined-and = { $first }和{ $second }
joined-or = { $first }或{ $second }
near-names = 是否想用 { $names }？
near-all = 可用的有 { $names }
near-none = 没有可用的
wrong-key = 没有键“{ $key }”；{ $near }
wrong-value = “{ $key }”须为{ $expected }，而不是 { $value }
expected-text = 带引号的文字
expected-flag = true 或 false
expected-number = 数字
expected-scalar = 文字、数字、true 或 false
expected-texts = 文字列表，例如 ["one", "two"]
expected-table = 表（table）
expected-tables = 表（table）的列表
wrong-toml = { $file } 不是 TOML 文件。解析器的原文：{ $problem }
wrong-depth = { $file } 的嵌套深度超出任何命令所需
wrong-size-required = 被设为必填，而尺寸总是可以省略
wrong-required-unseen = 既是必填又设了 { $key }，别人就没法填写
wrong-required-default = 既是必填又有默认值，请去掉其中之一
wrong-min-max = min（{ $min }）大于 max（{ $max }）
wrong-step-sign = step 为 { $step }，而 step 必须大于 0
wrong-sizes = 有多个 size 类型的选项（{ $names }），请只保留一个
wrong-size-side = 有 size 类型的选项“{ $option }”，却没有选项“{ $side }”
wrong-two-ways = 同时写了 targets 与 node、input，请只用其中一种写法
wrong-no-target = 缺少 node 和 input，即它在图中设置什么
wrong-type = 类型“{ $type }”不存在；{ $near }
wrong-name = 名称“{ $name }”不被 Discord 接受：{ $problem }
wrong-no-description = 缺少 description，即 Discord 显示在名称旁的一行说明
wrong-description = description 不被 Discord 接受：{ $problem }
rule-name = 须为 1 到 32 个字母、数字、“-”或“_”，不含空格
rule-lower = 须用小写：“{ $name }”
rule-description = 须有 1 到 { $most } 个字符，现有 { $count } 个
rule-aside = 不能以“_”开头，因为这样的文件夹会被跳过
wrong-prompt = prompt 指定的选项“{ $name }”不存在；{ $near }
wrong-syntax = prompt_syntax 中的“{ $name }”不存在；{ $near }
wrong-own-option = own_options 中的“{ $name }”不存在；{ $near }
wrong-node = 图中没有它指定的节点“{ $node }”；{ $near }
wrong-nodes = 它指定的节点“{ $node }”可能是{ $nodes }，请给它们不同的标题
wrong-too-many = 有 { $count } 个选项，而最多只能有 { $most } 个
wrong-too-many-required = 有 { $count } 个必填选项，而 Discord 的命令最多只能有 { $most } 个
wrong-set-twice = { $node }的“{ $input }”被设置了两次，分别由选项 { $names }
wrong-same-name = 有两个选项名为“{ $name }”
wrong-same-name-in = { $locale } 中有两个选项名为“{ $name }”
wrong-input = { $node }没有它指定的输入“{ $input }”；{ $near }
wrong-input-gone = 它要设置“{ $input }”，而 { $node }没有这个输入；{ $near }
wrong-linked = 它要设置 { $node }的“{ $input }”，而该输入连到另一个节点，请设置那个节点的输入
wrong-held = 它要设置 { $node }的“{ $input }”，而其中既不是文字也不是数字：{ $value }
wrong-set-prefix = 它要设置 { $node }的“{ $input }”，而这由机器人自己设置：用户的文字不能用作文件名
wrong-prefix = { $node }的“{ $input }”是“{ $value }”：它必须留在 ComfyUI 的 output 文件夹内，且不能含有“..”
folder-unseen = 无法查看文件夹 { $folder }（{ $problem }）
folder-none = { $folder } 不是文件夹：请创建它，或把 WORKFLOWS_DIR 设为工作流所在的位置
folder-nameless = 无法用 { $folder } 的名称作为命令，请给它改名
folder-bug = 读取 { $folder } 时机器人出现程序错误，日志编号为 { $id }
same-command = { $one } 和 { $other } 都会生成命令“{ $name }”，请给其中一个改名
own-command = { $folder }：/{ $name } 是机器人自己的命令，请换一个名称
path-unreadable = 无法读取 { $file }（{ $problem }）
file-not-utf8 = { $file } 不是 UTF-8 编码，请用该编码重新保存
file-missing = 缺少 { $file }：工作流是含有 { $graph } 和 { $command } 的文件夹
workflow-file-missing = 缺少 { $file }：工作流是含有 { $graph }（或由 ComfyUI 生成的图片等文件）的文件夹，可以再加一个 { $command }
workflow-file-several = { $folder } 中有多个文件（{ $names }）：请把工作流命名为 { $graph }
title-taken = 另一个节点的标题是“{ $id }”，因此无法指明{ $node }，请更改该标题。
wrong-after = 为“{ $button }”指定的工作流“{ $name }”不存在；{ $near }
wrong-button = 按钮“{ $name }”不存在；{ $near }
wrong-of-kind = 写了 of，而只有{ $types }类型的选项才有
wrong-of-beside = 同时写了 of 和 { $key }：它覆盖在图片上，自己不设置任何内容
wrong-area-of = 缺少 of，即它所属图片选项的名称
wrong-mask-of = 缺少 of，即它所覆盖的图片选项的名称；或者写出自行加载蒙版的节点的 node 和 input
wrong-size-sets = 写了 { $key }，而 size 类型的选项设置的是选项 width 和 height
wrong-answer-key = 写了 { $key }，而 { $type } 类型的选项不能有它
wrong-laid-over = 选项“{ $option }”属于“{ $of }”，而后者不是 image 类型的选项；{ $near }
wrong-masks = 图片“{ $of }”有多个蒙版（{ $names }），请只保留一个
wrong-areas = 图片“{ $of }”有多个区域（{ $names }），请只保留一个
wrong-no-loader = 类型为“{ $type }”，而{ $input }不加载文件：请设置加载节点的输入，例如 LoadImage 节点的 image
wrong-loads = 类型为“{ $type }”，而{ $input }加载的是“{ $loads }”
wrong-no-number = 写了 min、max 或 step，而{ $input }不接受数字
wrong-default-near = 默认值为“{ $default }”；{ $near }
wrong-default-span = 默认值 { $default } 不在范围内（{ $span }）：请为{ $input }另写一个 default
wrong-default-kind = 默认值为 { $default }，而{ $input }接受的是“{ $type }”
wrong-differ = 它设置的{ $input }在图中取值不同：请写一个 default
span-from = 从 { $number }
span-to = 到 { $number }
span-step = 步长 { $number }
joined-words = { $first } { $second }
wrong-no-span = 没有任何数字是{ $input }可以接受的
wrong-min = min 为 { $min }，而{ $input }最小只接受 { $lowest }
wrong-max = max 为 { $max }，而{ $input }最大只接受 { $highest }
wrong-step = step 为 { $step }，而{ $input }的步长是 { $wanted }
wrong-min-step = min 为 { $min }，而{ $input }从 { $base } 开始，步长为 { $step }
wrong-kinds-differ = 它设置的输入接受的内容不同：{ $input }
wrong-choices = 写了 choices，而{ $input }不接受文字：请去掉，或改用 min 和 max
wrong-takes = 类型为“{ $type }”，而{ $input }接受的是“{ $takes }”
wrong-file-type = 它设置的{ $input }会加载文件：请写明该文件的类型，例如 image
wrong-list-kept = 服务器没有给出{ $input }的列表：请写 choices
wrong-names-file = 它设置的{ $input }是文件名，而用户的文字不能用作文件名
add-name = 不能使用 --name “{ $name }”：{ $problem }
add-exists = { $folder } 已经存在，不会改动它：请换一个 --name
add-same = { $folder } 已经生成命令“{ $name }”：请换一个 --name

## what bot.comfy tells (its phrases, by their names)

comfy-error = ComfyUI（{ $server }）{ $what }。
comfy-timed-out = 在 { $seconds } 秒内没有答复 { $asked }
comfy-not-let-in = 或它前面的代理拒绝了 { $asked }（{ $status }）
comfy-nothing-there = 在 { $asked } 处没有内容（{ $status }）
comfy-refused-as-too-large = 以过大为由拒绝了 { $asked }：{ $said }
comfy-login-page = 位于登录页之后，由登录页答复了 { $asked }：{ $remedy }
comfy-login-page-by = 位于登录页（{ $by }）之后，由登录页答复了 { $asked }：{ $remedy }
comfy-let-in = 请为机器人设置代理所需的请求头、用户名与密码或令牌
comfy-answered = 对 { $asked } 答复了 { $status }：{ $why }
comfy-redirect = 重定向到 { $target }
comfy-redirect-to-https = 重定向到 { $target }；请在地址中写 https://
comfy-redirect-elsewhere = 重定向到 { $target }；只有 COMFYUI_REDIRECT_HOSTS 中列出的其他主机才会被访问，而且只用于取文件
comfy-redirect-nowhere = 重定向没有目标
comfy-nothing-said = （没有内容）
comfy-web-page = 对 { $asked } 答复了一个网页：这是 ComfyUI 的地址吗？前面是否有登录页？
comfy-speaks-https = 无法连接：它使用 https，请在地址中写 https://
comfy-speaks-http = 使用的是普通 http，而不是 https：请在地址中写 http://，或在它前面加上 https
comfy-unreachable = 无法连接：{ $reason }
comfy-unreachable-https = 无法通过 https 连接：{ $reason }
comfy-name-impossible = 这个名称不可能是主机名
comfy-name-unknown = 找不到这个主机名
comfy-name-unresolved = 暂时无法解析主机名
comfy-connection-refused = 连接被拒绝
comfy-connection-reset = 连接被对方中断
comfy-connection-timed-out = 连接超时
comfy-no-route = 没有通往该主机的路由
comfy-no-network = 网络不可达
comfy-went-away = 在 { $asked } 期间断开：{ $reason }
comfy-more-than-read = 对 { $asked } 的答复超出读取限度：{ $why }
comfy-more-than-allowed = 对 { $asked } 的答复超过允许的 { $most } 字节
comfy-graph-refused = 拒绝了这个图：{ $said }
comfy-stream-ended = 结束了事件流（{ $code }）
comfy-stream-ended-with = 结束了事件流（{ $code }：{ $said }）
comfy-certificates-unreadable = 无法连接：{ $file } 中的证书无法读取（{ $reason }）
comfy-certificate-unsigned = 出示的证书不是由已知机构签发的（{ $said }）：请把该机构或证书本身的 PEM 文件写入 COMFYUI_CA_FILE（或 SSL_CERT_FILE）
comfy-certificate-expired = 出示的证书已过期：请在那里更新证书（并检查时钟）
comfy-certificate-of-another = 出示的证书属于别的名称：请用其中的名称作为地址（{ $said }）
comfy-certificate-untrusted = 出示的证书不可信：{ $said }
comfy-several-accesses = 一个服务器只能使用其中一种：用户名与密码、令牌或 Authorization 请求头。
comfy-header-impossible = 请求头 { $name } 含有请求头中不允许的字符。
comfy-address-wrong = 这不是 ComfyUI 的地址。请写成 http://127.0.0.1:8188 的形式。
comfy-address-with-query = ComfyUI 的地址中不能有“?”或“#”，密钥应写在请求头中。请写成 http://127.0.0.1:8188 的形式。
comfy-not-json = 不是 JSON：{ $reason }
comfy-member-missing = 逗号之间缺少一个成员
comfy-object-expected = 此处应为对象
comfy-array-expected = 此处应为数组
comfy-too-deep = 嵌套超过 { $most } 层
comfy-too-many-bytes = 超过 { $most } 字节
comfy-too-many-elements = 超过 { $most } 个元素
comfy-too-many-elements-or = 超过 { $most } 个元素，或单个成员超过 { $each } 个
comfy-key-missing = 缺少“{ $key }”
comfy-no-comfyui = 缺少“system”：这是 ComfyUI 吗？
comfy-queue-item = 队列中的一项没有 number 和 prompt_id
comfy-frame-short = 数据帧过早结束
comfy-frame-node = 缺少“node”，而 null 表示结束
comfy-graph-no-json = 这不是 JSON（{ $reason }）。
comfy-graph-no-object = 图应为由节点组成的 JSON 对象，而这是别的内容。
comfy-graph-of-editor = 这是编辑器的格式；请用“Save (API Format)”或“Export (API)”导出。
comfy-graph-empty = 图中没有节点。
comfy-node-classless = “{ $node }”不是节点：它没有 class_type。
comfy-node-inputs = 节点“{ $node }”（{ $name }）：inputs 须为对象。
comfy-graph-unwritable = 图无法写成 JSON（{ $reason }）。
comfy-ui-is-api = 这不是编辑器的工作流：它已是 API 格式。
comfy-ui-no-nodes = 这不是编辑器的工作流：其中没有节点列表。
comfy-definitions-too-deep = 子图嵌套超过 { $most } 层。
comfy-too-many-nodes = 文件中有 { $count } 个节点，最多接受 { $most } 个。
comfy-too-many-links = 文件中有 { $count } 条连线，最多接受 { $most } 条。
comfy-too-many-sockets = 有一个节点有 { $count } 个输入或输出，最多接受 { $most } 个。
comfy-node-no-id = 有一个节点（“{ $name }”）没有 id。
comfy-same-id = 两个节点的 id 都是 { $node }。
comfy-same-id-in = 子图“{ $subgraph }”中有两个节点的 id 都是 { $node }。
comfy-same-id-written = 将会有两个节点的 id 都是 { $node }。
comfy-value-too-deep = 有一个值嵌套超过 { $most } 层。
comfy-subgraph-too-deep = 子图“{ $subgraph }”嵌套超过 { $most } 层。
comfy-subgraph-in-itself = 子图“{ $subgraph }”包含它自己。
comfy-too-many-written = 展开后子图的节点超过 { $most } 个。
comfy-too-many-reroutes = 连线经过的转接点、被绕过的节点和广播太多。
comfy-one-node = 节点 { $nodes }
comfy-several-nodes = 节点 { $nodes }
comfy-class-missing = 服务器没有节点“{ $name }”（{ $nodes }）。
comfy-class-missing-own = 服务器没有节点“{ $name }”（{ $nodes }）。它是 ComfyUI 自带的节点，但属于别的版本。
comfy-class-missing-pack = 服务器没有节点“{ $name }”（{ $nodes }）。它由“{ $pack }”提供。
comfy-browser-value = 只有浏览器中的编辑器才能渲染“{ $name }”（{ $nodes }）的“{ $input }”：请在那里把视图存为图片，再改用 LoadImage 加载它。
comfy-unusable-value = “{ $name }”（{ $nodes }）的“{ $input }”是 { $value }，不是文件名：该文件是用此节点的另一版本保存的。请在 ComfyUI 中打开它，重新选择文件并保存。
comfy-unknown-option = 此服务器上的“{ $name }”（{ $nodes }）的“{ $input }”没有“{ $value }”这一项：该文件更新，或是用此节点的另一版本制作的。
comfy-lost-wires = “{ $name }”（{ $nodes }）的连线不在文件中；请用“Export (API)”导出，或发送由它生成的图片。
comfy-circle = 连线形成了环（{ $nodes }）。
comfy-node-left-out = 服务器不认识节点 { $node }（{ $name }），它也没有任何连线，因此略去。
comfy-link-dropped = 此服务器上的节点 { $node }（{ $name }）没有输入“{ $input }”，其连线已去掉。
comfy-records = 节点 { $node }（{ $name }）的“{ $input }”要在浏览器中录制，请改用文件。
comfy-in-node = 节点 { $node }（{ $name }）：{ $problem }
comfy-in-titled-node = 节点 { $node }（“{ $title }”，{ $name }）：{ $problem }
comfy-misfit-held = “{ $input }”的值 { $value } { $what }，将改为发送默认值 { $instead }。
comfy-misfit-given = “{ $input }”从节点 { $giver } 得到的 { $value } { $what }，将改为发送它自己的 { $instead }。
comfy-no-whole-number = 不是整数
comfy-no-number = 不是数字
comfy-no-flag = 既不是 true 也不是 false
comfy-no-text = 不是文字
comfy-no-choice = 不在可选项之中

## jobs

jobs-too-many-of-user = 你已有 { $open } 个未完成的任务，每人同时最多 { $limit } 个。请等其中一个完成，或用 `/cancel` 取消一个。
jobs-too-many-of-guild = 本服务器已有 { $open } 个未完成的任务，同时最多 { $limit } 个。请等其中一个完成后再试。
jobs-store-full = 机器人所在的磁盘已满，无法接受新任务；已在排队的任务会继续。需要机器人的管理员清理磁盘空间。
jobs-store-unwritable = 机器人目前无法写入任务记录，因此不能接受新任务。请机器人的管理员检查磁盘和数据库文件的权限。
jobs-store-away = 机器人目前无法连接任务记录，什么都没有改变。请稍后再试；机器人的管理员应检查数据库服务器。
jobs-store-busy = 机器人的任务记录正被另一个程序占用，什么都没有改变。请稍后再试。

## workflows

workflow-waits-for-server = 这是 ComfyUI 编辑器的工作流，还没有 ComfyUI 响应来说明其中的值。
workflow-not-convertible = { $problem }
workflow-description = 运行工作流“{ $name }”
value-missing = 需要填写选项 `{ $option }`。
value-needs-file = `{ $option }` 需要附加文件，不能填写文字。
value-takes-no-file = `{ $option }` 不再需要文件。重新加载 Discord 之前，它可能仍显示旧的命令。
value-mask-without-picture = `{ $option }` 用来指定 `{ $picture }` 这张图片要修改的位置：请同时附加这张图片。
value-mask-twice = `{ $first }` 和 `{ $second }` 都在指定要修改的位置：请只保留一个。
value-unknown-option = 选项 `{ $option }` 已不存在。现有选项：{ $names }。重新加载 Discord 之前，它可能仍显示旧的命令。
value-too-long = `{ $option }` 最多 { $maximum } 个字符，现在有 { $length } 个。
value-not-listed = `{ $option }` 不能是“{ $value }”：列表里没有它。你是不是想选 { $names }？
value-not-listed-at-all = `{ $option }` 不能是“{ $value }”：列表里没有它。可选的例如：{ $names }。
value-not-boolean = `{ $option }` 只能是 true 或 false，不能是“{ $value }”。
value-not-integer = `{ $option }` 需要整数，“{ $value }”不是整数。
value-not-seed = `{ $option }` 需要种子，“{ $value }”不是：请填 { $minimum } 到 { $maximum } 之间的整数，只写数字。留空则会新选一个。
value-not-number = `{ $option }` 需要数字，“{ $value }”不是数字。
value-out-of-range = `{ $option }` 须在 { $minimum } 到 { $maximum } 之间，不能是 { $value }。
value-too-small = `{ $option }` 不得小于 { $minimum }，不能是 { $value }。
value-too-big = `{ $option }` 不得大于 { $maximum }，不能是 { $value }。
value-off-step = `{ $option }` 的步长为 { $step }，不能是 { $value }。最接近的值：{ $nearest }。
value-only-with = `{ $option }` 只在 { $choices } 时才有：请不填，或改选其中之一。
value-not-with = 选择 { $choice } 时，`{ $option }` 不能是“{ $value }”。可选：{ $names }。
value-not-within = 选择 { $choice } 时，`{ $option }` 必须在 { $minimum } 到 { $maximum } 之间，不能是 { $value }。
value-too-many-pixels = { $width } × { $height } 超过了这里允许的 { $most } 像素。请把 `{ $option }` 调小，或换一个画幅。
workflow-beyond = 它把 { $input } 设为 { $value }，而这里最多允许 { $most }。请在其中调小。
workflow-beyond-pixels = 它生成 { $width } × { $height }，超过了这里允许的 { $most } 像素。请在其中调小。
workflow-broken-node = 节点 { $node } 已安装，但它所在的节点包有问题：{ $problem } 请更新或移除该节点包；ComfyUI 的日志里有详情。
workflow-lacks-node = 没有安装节点 { $node }。
workflow-lacks-node-nearest = 没有安装节点 { $node }。已安装的最接近的节点：{ $nearest }。
workflow-lacks-own-node = 节点 { $node } 是 ComfyUI 自带的，但这个版本的 ComfyUI 没有它：请更新 ComfyUI。
workflow-lacks-own-node-here = 节点 { $node } 是 ComfyUI 自带的，但沙盒的模拟服务没有它。请在真实的 ComfyUI 上试用这个工作流：`python -m bot sandbox --comfyui URL`。
workflow-lacks-name = { $node } 的 { $input } 需要“{ $name }”，但服务器上没有。
workflow-lacks-name-nearest = { $node } 的 { $input } 需要“{ $name }”，但服务器上没有。最接近的有：{ $nearest }。
workflow-lacks-input = 已安装的 { $node } 版本没有输入 { $input }。
workflow-lacks-type = 已安装的 { $node } 版本中，输入 { $input } 的类型不同。
workflow-lacks-node-pack = 没有安装节点 { $node }。它来自节点包 { $pack }。
workflow-lacks-any = 选项 `{ $option }` 没有可选的内容：{ $node } 的列表为空。
workflow-lacks-output = 里面没有任何节点会显示或保存结果，ComfyUI 会拒绝运行：请加上 SaveImage 之类的节点。
workflow-lacks-nodes = 里面一个节点也没有：请在 ComfyUI 中打开后重新导出。
workflow-lacks-choices = { $node } 缺少所需的文件。以下任意一个即可：{ $names }。
policy-denied = 不允许：{ $node }。这个机器人的运营者禁用了这类节点。
policy-read = 不允许：{ $node }能读取 ComfyUI 所在机器上任意位置的文件。
policy-write = 不允许：{ $node }能在机器人收取结果的位置之外写入或删除文件。
policy-code = 不允许：{ $node }会运行他人输入的代码。
policy-address = 不允许：{ $node }会访问其他地址，或把收到的内容发送给外部服务。
policy-install = 不允许：{ $node }会在 ComfyUI 所在的机器上下载或安装内容。
policy-linked = 不允许：{ $node }的“{ $input }”指定文件，但具体文件由另一个节点决定。请直接在该节点中选择文件。
policy-outside = 不允许：{ $node }的“{ $input }”是“{ $value }”，指向 ComfyUI 自身文件夹之外。请使用附件，或该节点列表中的文件。
policy-unlisted = 不允许：{ $node }的“{ $input }”是“{ $value }”，它既不是附件，也不在该节点的列表中。
policy-place = 不允许：{ $node }的“{ $input }”是路径、地址或程序，其值为“{ $value }”。请留空，或保持节点的默认值。
policy-prefix = 不允许：{ $node }的“{ $input }”是“{ $value }”。结果必须留在 ComfyUI 的 output 文件夹内：不能含有“..”、绝对路径，或 ComfyUI 自带之外的占位符。
workflow-check-members = 如果由成员提供，它会被拒绝：
source-how = 请发送 ComfyUI 保存的原始文件：在电脑上以文件形式发送，不要用截图、“复制图片”，也不要用被聊天软件或手机重新编码过的副本。也可以直接发送工作流的 JSON（在 ComfyUI 中：工作流 → 导出）。
source-empty = 文件是空的。
source-unknown = 这种文件不会带有工作流。请发送 ComfyUI 保存的图片、视频或音频，或者工作流的 JSON（在 ComfyUI 中：工作流 → 导出）。
source-nothing-json = 这个 JSON 不是工作流：里面既没有编辑器的节点，也没有 API 格式的节点。请在 ComfyUI 中选择：工作流 → 导出，或导出（API）。
source-nothing-picture = 这张 { $form } 图片里没有工作流：它不是 ComfyUI 保存的，或者在传输途中丢失了工作流。{ $how }
source-nothing-jpeg = 这张 JPEG 里没有工作流。ComfyUI 自己保存的是 PNG 或 WebP，所以这多半是副本。{ $how }
source-nothing-media = 这个 { $form } 文件里没有工作流：它不是 ComfyUI 保存的，被重新编码过，或者 ComfyUI 被设置为不保存元数据。{ $how }
source-nothing-model = 这个权重文件里没有工作流。{ $how }
source-nothing-possible = { $form } 文件无法携带工作流。如果 ComfyUI 在旁边保存了同名的 PNG，请发送那一个。{ $how }
source-nothing-foreign = 这张图片里是其他软件的设置，不是 ComfyUI 的工作流。请在 ComfyUI 中重新搭建，然后发送工作流的 JSON（工作流 → 导出）。
source-nothing-settings = 这张图片里是其他软件的设置，不是 ComfyUI 的工作流：只有提示词和参数，无法知道要运行哪些节点。请在 ComfyUI 中把它们填进工作流，然后发送该工作流的 JSON（工作流 → 导出）。图片的生成参数：{ $settings }
source-zip-nothing = 这个 zip 里没有工作流。请把工作流的 JSON 放进去（在 ComfyUI 中：工作流 → 导出），或者单独发送它。
source-zip-several = 这个 zip 里有多个工作流：{ $names }。请只发送其中一个。
source-zip-too-many = 这个 zip 里的文件超过 { $limit } 个。请单独发送工作流。
source-zip-locked = 这个 zip 有密码。请单独发送工作流，或发送没有密码的 zip。
source-zip-packed = 无法读取这个 zip 的压缩方式。请改用普通的 zip，或单独发送工作流。
source-cut-short = 文件已损坏：内容提前结束，或者其中的长度互相矛盾。请重新下载或导出。
source-not-json = 文件中的工作流不是有效的 JSON：第 { $line } 行第 { $column } 列有错误。请从 ComfyUI 重新导出。
source-not-utf8 = 文件中的工作流不是 UTF-8 编码。请用该编码保存，或者从 ComfyUI 重新导出。
source-key-twice = JSON 在同一处两次写了“{ $key }”，无法确定以哪个为准。请从 ComfyUI 重新导出。
source-not-a-graph = 这看起来是 API 格式的工作流，但内容有误：{ $problem }
source-ui-not-a-node = 这看起来是编辑器的工作流，但节点列表里有不是节点的内容。请从 ComfyUI 重新导出。
source-id-twice = 工作流中有两个节点的编号都是 { $node }。请在 ComfyUI 中打开并重新导出。
source-link-nowhere = 节点 { $node } 连接到节点 { $missing }，但工作流里没有它。
source-cycle = 工作流的节点连成了环：{ $nodes }。
source-too-big = 文件中存放工作流的部分超过 { $megabytes } MB，任何工作流都用不了这么多。
source-too-many-pieces = 文件由超过 { $limit } 个片段组成，已放弃读取。
source-too-many-values = JSON 中的值超过 { $limit } 个，任何工作流都用不了这么多。
source-too-deep = JSON 的嵌套超过 { $limit } 层，任何工作流都用不了这么深。
source-too-many-nodes = 工作流的节点超过上限 { $limit } 个。
option-image = 图片
option-image-about = 作为起点的图片
option-mask = 蒙版
option-mask-about = 标明作用位置的图片
option-video = 视频
option-video-about = 作为起点的视频
option-audio = 音频
option-audio-about = 作为起点的音频
option-file = 文件
option-file-about = 作为起点的文件
option-prompt = 提示词
option-prompt-about = 要表现的内容
option-prompt-asks = 要问或要说的内容
option-prompt-sounds = 要说出或听到的内容
option-find = 查找
option-find-about = 要在图片中查找的内容
option-negative = 反向提示词
option-negative-about = 不要出现的内容
option-tags = 标签
option-tags-about = 音乐的风格、情绪和乐器
option-lyrics = 歌词
option-lyrics-about = 要唱的歌词
option-seed = 种子
option-seed-about = 种子与选项相同，结果就相同；不填则每次随机
option-size = 画幅
option-size-about = 画面的大小和形状
option-shape-about = 画面形状，尺寸适合所用模型；代替宽度和高度
option-width = 宽度
option-width-about = 宽度（像素）
option-height = 高度
option-height-about = 高度（像素）
option-aspect-ratio = 宽高比
option-aspect-ratio-about = 宽与高的比例
option-resolution = 分辨率
option-resolution-about = 画面大小
option-megapixels = 百万像素
option-megapixels-about = 总像素数（百万）：1 约为 1024 × 1024
option-left = 左侧
option-left-about = 左侧增加多少像素
option-top = 上方
option-top-about = 上方增加多少像素
option-right = 右侧
option-right-about = 右侧增加多少像素
option-bottom = 下方
option-bottom-about = 下方增加多少像素
option-feathering = 羽化
option-feathering-about = 新旧画面交界处过渡的像素数
option-length = 帧数
option-length-about = 共有多少帧
option-duration = 时长
option-duration-about = 持续多少秒
option-fps = 帧率
option-fps-about = 每秒多少帧
option-sound = 声音
option-sound-about = 是否带声音
option-batch-size = 数量
option-batch-size-about = 一次生成几个
option-style = 风格
option-style-about = 采用的风格
option-voice = 音色
option-voice-about = 使用谁的声音
option-effect-scene = 特效
option-effect-scene-about = 展现的特效
option-camera-pose = 运镜
option-camera-pose-about = 镜头如何移动
option-speed = 速度
option-speed-about = 快慢：1 为正常
option-quality = 质量
option-quality-about = 成品质量：越好越慢
option-multiplier = 倍数
option-multiplier-about = 处理后是原来的几倍
option-control-strength = 控制强度
option-control-strength-about = 遵循控制图的程度
option-image-weight = 图片权重
option-image-weight-about = 参考图片的影响程度
option-denoise = 重绘幅度
option-denoise-about = 对原内容的改动程度：1 为全部重绘
option-steps = 步数
option-steps-about = 采样步数：越多越慢，通常更精细
option-cfg = 引导系数
option-cfg-about = 遵循提示词的程度
option-guidance = 引导强度
option-guidance-about = 遵循提示词的程度
option-sampler = 采样器
option-sampler-about = 采样方法
option-scheduler = 调度器
option-scheduler-about = 噪声在各步之间的分配方式
option-checkpoint = 大模型
option-checkpoint-about = 用来生成的模型
option-model = 模型
option-model-about = 用来生成的模型
option-lora = lora
option-lora-about = 影响风格的 LoRA
option-lora-strength = lora强度
option-lora-strength-about = LoRA 的作用强度；0 为不起作用
option-speed-lora = 加速lora
option-speed-lora-about = 让少量步数就够用的 LoRA
option-speed-lora-strength = 加速lora强度
option-speed-lora-strength-about = 加速 LoRA 的作用强度
option-lora-instead = 用来替换 { $lora } 的 LoRA
option-lora-strength-of = { $lora }（或替换它的 LoRA）的作用强度；0 为不起作用
option-controlnet = 控制模型
option-controlnet-about = 用来遵循控制图的模型
option-upscale-model = 放大模型
option-upscale-model-about = 用来放大的模型
option-vae = vae
option-vae-about = 与模型配套的 VAE
option-text-encoder = 文本编码器
option-text-encoder-about = 与模型配套的文本编码器
option-clip-vision = 视觉模型
option-clip-vision-about = 用来看图的模型
option-titled = { $title }：{ $about }
option-switch = { $title }：开或关
option-place = { $title }（{ $node }）
option-only-with = { $about }（仅限 { $choices }）
size-square = 方形
size-portrait = 竖幅
size-landscape = 横幅
size-wide = 宽幅
size-tall = 高幅
workflow-wants-file = { $node } 需要文件“{ $file }”，但服务器上没有。请把它放进 ComfyUI 的 input 文件夹，或在 command.toml 中为它提供一个选项，让大家附加文件。

## delivery

status-fetching-again = 第一次没有取到，正在重试。
status-fetching = { $what ->
    [image] 正在获取你的图片……
    [video] 正在获取你的视频……
    [audio] 正在获取你的音频……
   *[other] 正在获取你的文件……
}
status-wording = 正在请提示词助手处理文字……
status-overlay = 你的图片，有条纹的部分将会改变
status-queued = { $ahead ->
    [0] 排队中，下一个就是你
   *[other] 排队中，前面还有 { $ahead } 个任务
}
status-paused = 队列已暂停
status-behind-people = 排在 { $people } 人中的 { $ahead } 人之后
status-starts = { $when }开始
status-nobody-has = 目前没有 ComfyUI 具备 { $names }。ComfyUI 的管理员可以安装，装好后会继续。
status-servers-away = ComfyUI 暂时没有响应，恢复后会继续。
status-starting = 已交给 ComfyUI，即将开始……
status-in-comfyui = 正在 ComfyUI 内部排队，第 { $place } 位
status-behind-others = 这台 ComfyUI 上，前面还有别人的 { $count } 个任务
status-step = 第 { $step } 步，共 { $steps } 步
status-since = { $when }开始
status-until = 预计{ $when }完成
status-preview = 目前的样子
duration-seconds = { $seconds } 秒
duration-minutes = { $minutes } 分 { $seconds } 秒
duration-hours = { $hours } 小时 { $minutes } 分 { $seconds } 秒
status-done = 已完成，用时 { $duration }
status-done-link = 已完成，用时 { $duration } · [查看结果]({ $link })
status-partial-link = [查看已发送的内容]({ $link })
result-partial = 在此之前已经生成的内容：
file-empty = “{ $name }”未发送：文件是空的。
file-cut-short = “{ $name }”可能已损坏：文件不完整。
file-kind-not-shown = “{ $name }”（{ $size }）未发送：这个机器人不发送这种类型的文件。ComfyUI 里仍保留着它。
outputs-left-out = 还有 { $count } 个文件没有发送：这个机器人最多发送 { $limit } 个。ComfyUI 里仍保留着它们。
nothing-shown = 已经生成，但没有任何文件可以在这里显示。{ $why }
lacks-right-to-post = 机器人在这个频道没有“{ $right }”权限：结果会显示在这条消息里，或者私信发给你。
lacks-right-to-look = 机器人在这个频道没有“读取消息历史”权限，无法核对自己已经发过什么，所以结果可能会来得晚一些。
cannot-look = 结果已经生成，也可能已经发出，但机器人无法确认：它在这个频道没有“读取消息历史”权限。有人授权之后就会继续。
held-back = 结果已经生成，但这个服务器的过滤规则（AutoMod）或 Discord 拦下了这条消息，多半是因为提示词。请联系管理员，或者换一种说法。
prompt-no-wildcards = { $name } 保持原样：这个机器人没有通配词。
prompt-wildcard-unknown = { $name } 保持原样：没有这个通配词。
prompt-wildcard-meant = { $name } 保持原样：没有这个通配词。你是不是想用 { $names }？
prompt-wildcard-left = { $name } 保持原样：否则文字会太长，或者通配词嵌套太多。
prompt-lora-none = LoRA“{ $name }”未使用：这个工作流不能用 LoRA。
prompt-lora-full = LoRA“{ $name }”未使用：这个工作流最多用 { $count } 个。
prompt-lora-unknown = LoRA“{ $name }”未使用：这里的 ComfyUI 都没有类似的 LoRA。
prompt-lora-similar = LoRA“{ $name }”：使用了最接近的 { $used }。
prompt-lora-unread = LoRA“{ $name }”：“{ $unread }”不是强度，已忽略。请写成 <lora:名称:0.8>。
prompt-lora-clamped = LoRA“{ $name }”：强度 { $strength } 超出范围，改用 { $used }。
prompt-lora-over-option = { $option }：使用了提示词里的 { $used }，而不是 { $value }。
stand-in = { $option }：这里的 ComfyUI 都没有 { $wished }，改用 { $used }
status-failed = 失败
status-left = 已取消：请求者已离开本服务器
status-cancelled = 已由 { $who } 取消
status-stopped = 已取消
status-moved = Discord 只允许机器人在这里编辑 15 分钟，这个任务需要更久。[进度已转到私信]({ $link })。
status-moved-nowhere = Discord 只允许机器人在这里编辑 15 分钟，这个任务需要更久，而你不接收它的私信。除非很快完成，这条消息不再更新；可用 `/jobs` 查看进度，并在那里按 ℹ 取得文件。

## reviews

status-in-review = 已完成。本服务器的管理员会先查看，再决定是否发布。
status-answers-directly = 如果超过 15 分钟，结果会以私信告诉你。
status-withheld = 未发布
review-first = 需要管理员先查看。
review-no-log-channel = 目前还没有人能查看：本服务器没有日志频道。服务器管理者可用 `/settings` 指定一个。
review-log-channel-gone = 目前还没有人能查看：服务器的日志频道已不存在，或机器人看不到它。服务器管理者可用 `/settings` 另外指定一个。
review-log-channel-age = 目前还没有人能查看：这个结果仅限成人观看，而服务器的日志频道没有设为年龄限制。
not-age-restricted = 结果已完成，但仅限成人观看，而这个频道已不再设为年龄限制。一旦有人改回，就会继续。
showcase-age = 这个结果仅限成人观看，而展示频道没有设为年龄限制。
review-log-channel-right = 目前还没有人能查看：机器人在服务器的日志频道里缺少“{ $right }”权限。
review-rejected = 管理员决定不发布这个结果。
review-rejected-because =
    管理员决定不发布这个结果：
    { $reason }
review-undecided = 没有管理员及时作出决定，因此不发布。你可以重新提交。
review-asked = 可以发布吗？
review-approved-by = { $who } 已批准
review-rejected-by = { $who } 已拒绝
review-ended-undecided = 没有人及时决定：不发布
review-why = 查看原因：{ $why }
review-status = [提交的位置]({ $link })
review-ends = 若无人决定，将于 { $when } 结束，且不发布。
review-none = 这里没有（或不再有）需要决定的内容。
review-not-moderator = 只有管理员可以决定。
review-reject-title = 拒绝
review-reject-reason = 给提交者的理由
review-why-newcomer = 加入服务器不到 { $days } 天
review-why-everybody = 本服务器会先查看所有结果
button-approve = 批准
button-reject = 拒绝…

button-cancel = 取消
mend-again = 再试一次
mend-size = 以 { $size } 再试
mend-frames = 以 { $count } 帧再试
mend-pictures = 每次 { $count } 张再试
mend-set = 将 { $option } 改为 { $value }
mend-choose = 为 { $option } 选择其他值
mend-remind = 恢复后通知我
mend-install = 缺少什么？
reminder = <@{ $user }> ComfyUI 已恢复，可以再次运行。
reminder-job = <@{ $user }> ComfyUI 已恢复，正在继续[你的任务]({ $link })。
reminder-workflow = <@{ $user }> ComfyUI 已恢复：`/{ $workflow }` 可以再次运行。
result-seed = 种子 { $seed }
result-failed = { $workflow } 失败了
fitted = 为满足 Discord 的 { $limit } 上限已缩小：{ $before } → { $after }。原文件保留在 ComfyUI 中。
file-cannot-fit = “{ $name }”（{ $size }）未发送：Discord 在这里最多接受 { $limit }。{ $why }ComfyUI 的管理员可以在其输出文件夹中找到它。
file-unreadable = 文件已损坏，或者是这里无法缩小的类型。
file-too-many-pixels = 它的像素太多，无法在这里缩小。
sheet-alt = { $count } 张图片的拼图，逐行为：{ $labels }
sheet-alt-table = 一张对比拼图。横向：{ $columns }。纵向：{ $rows }。
sheet-letters-chinese = 机器人所在的电脑上没有包含 `{ $letters }` 的字体，标签中以“?”代替。机器人的管理者可以安装一个，例如 `apt install fonts-noto-cjk`。
sheet-letters = 机器人所在的电脑上没有包含 `{ $letters }` 的字体，标签中以“?”代替。机器人的管理者可以安装一个包含这些字符的字体。
file-still-too-large = 缩小到合理的极限后仍然太大。
file-zip-too-large = 打包成 zip 后也太大。
file-zipped = “{ $name }”以 zip 形式发送：{ $before } → { $after }。
file-too-long = 它长达 { $seconds } 秒，容量不够。
file-takes-too-long = 在这里缩小它需要太长时间。
file-needs-ffmpeg = 机器人的管理员可以安装 ffmpeg，这样视频和音频就能被缩小。
file-over-all-limits = 它超过了这个机器人能处理的最大文件。
file-is-another = “{ $name }”（{ $size }）未发送：它的内容与名称不符，很可能已损坏。ComfyUI 里仍保留着它。
file-keeps-recipe = “{ $name }”（{ $size }）未发送：其中含有无法清除的服务器隐私数据。ComfyUI 里仍保留着它。
files-gone = { $all } 个文件中有 { $gone } 个在 ComfyUI 中已不存在。
files-left-out = 还有 { $count } 个文件放不进这条消息，它们保留在 ComfyUI 中。
failed-files-gone = 结果已经生成，但文件在 ComfyUI 中已不存在，可能被清理了。请重新运行命令。
sent-directly = 机器人无法在这个频道发消息，结果已通过私信发送给你。
rest-directly = 其余 { $count } 个文件已通过私信发送给你。
perhaps-shown = 已完成。机器人在你提出请求的地方显示结果时被中断，也无法去那里查看。如果那里没有结果，按 ℹ 即可取得文件。
perhaps-shown-link = 已完成。机器人在[你提出请求的地方]({ $link })显示结果时被中断，也无法去那里查看。如果那里没有结果，按 ℹ 即可取得文件。
no-right-to-post = 结果已经生成，但机器人无法发送：它在这个频道缺少“查看频道”“发送消息”或“附加文件”权限，而你的私信也未开放。请让管理员在这里授权，或开放私信，然后重新运行命令。
delivery-given-up = 结果已经生成，但整整一天都无法发送。请重新运行命令。
bug = 这是机器人的程序错误，不是你的错。请把这个编号告诉机器人的管理员，日志中也有同样的编号：`{ $id }`

# /stats
command-stats-name = 统计
command-stats-description = 用数字看这个服务器的任务、GPU 用时、等待时间和失败原因
option-span-name = 时段
option-span-description = 哪些天；不填则为最近七天
option-everywhere-name = 全部
option-everywhere-description = 所有服务器和私信：仅供机器人的管理员使用
stats-today = 今天
stats-week = 最近 7 天
stats-month = 最近 30 天
stats-title = 本服务器 · { $span }
stats-title-everywhere = 所有服务器和私信 · { $span }
stats-jobs = 任务数
stats-gpu = GPU 用时
stats-wait-median = 半数任务的等待不超过
stats-wait-most = 九成任务的等待不超过
stats-by-day = 每日任务数（UTC）
stats-done = 完成
stats-failed = 失败
stats-cancelled = 取消
stats-workflows = 各工作流的 GPU 用时
stats-people = 各成员的 GPU 用时
stats-failures = 失败原因
stats-others = 其余 { $count } 项
stats-count = { $count }
stats-minutes = { $minutes } 分钟
stats-nothing = 这些天没有任务结束。
stats-nobody = 已不再记录
stats-person = 成员 …{ $digits }
stats-note = 任务按结束的那一天计数。任务记录被清除后这些数字仍会保留，但不再带有姓名。
stats-failure-memory = 显存不足
stats-failure-node = 节点出错
stats-failure-lost = ComfyUI 丢失任务或停滞
stats-failure-interrupted = 在 ComfyUI 中被停止
stats-failure-nothing = 没有产生结果
stats-failure-refused = ComfyUI 未接受
stats-failure-input = 文件或文字未能准备好
stats-failure-set-aside = 工作流已被暂停
stats-failure-rules = 被规则或扩展拒绝
stats-failure-bug = 机器人自身的错误
stats-failure-other = 其他原因

# /privacy
command-privacy-name = 隐私
command-privacy-description = 这个机器人保存了你的哪些信息：查看、导出、删除
command-privacy-show-name = 查看
command-privacy-show-description = 这里和别处保存了你的哪些信息；只有你能看到
command-privacy-export-name = 导出
command-privacy-export-description = 把保存的关于你的一切做成文件，只发给你
command-privacy-delete-name = 删除
command-privacy-delete-description = 删除各处保存的关于你的信息；会先向你确认
privacy-title = 这个机器人保存的关于你的信息
privacy-nothing = 这个机器人没有保存任何关于你的信息。
privacy-line = { $what }：{ $count }
privacy-line-places = { $what }：这里 { $here }，别处 { $elsewhere }
privacy-jobs = 任务（你输入和选择的内容、运行的时间、展示的位置）
privacy-inputs = 你提交的文件
privacy-presets = 你创建的预设
privacy-pending-orders = 你尚未提交的表单（保留一天）
privacy-reminders = ComfyUI 恢复后要通知你的提醒
privacy-people = 你是否希望被提及
privacy-guild-settings = 由你选择的服务器设置
privacy-channel-settings = 由你选择的频道设置
privacy-word-rules = 你创建的词语规则
privacy-blocks = 管理员对你的屏蔽
privacy-reports = 你的举报
privacy-audit = 管理员对你的任务或对你所做的操作
privacy-reviews = 由管理员审核过的你的结果
privacy-judgements = 由服务器规则检查过的你的结果
privacy-day-figures = 按天统计的你的任务数字
privacy-shares = 你最近用了多少 GPU，用于公平排队（保留一天）
privacy-erasures = 你要求被遗忘的请求
privacy-erased-use = 已删除任务的运行时间（保留一天，使限额有效）
privacy-kept = 任务在结束后保留 { $days } 天，之后只留下不带姓名的数字。全部导出为文件：`/privacy export`。删除：`/privacy delete`。
privacy-exported = 保存的关于你的一切都在这里。只有你能看到这条消息。
privacy-exported-part = 保存的关于你的一切都在这里，但最旧的 { $count } 条因 Discord 的大小限制未能放入；机器人的管理员可以提供给你。只有你能看到这条消息。
privacy-sure-title = 要删除保存的关于你的信息吗？
privacy-goes = 将在所有服务器和私信中删除：你的任务及其全部文字和数值、你提交的文件（一小时内）、你的预设、未提交的表单、提醒和举报。正在等待或运行的任务会先被取消。
privacy-stays = 以下内容会保留：Discord 中带有你的结果的消息，直到你自己删除（🗑）；ComfyUI 服务器上的文件；别人用你的结果制作的内容；不带姓名的数字。为了他人的安全，管理员的屏蔽和管理员操作的记录也会保留；你的任务的运行时间会保留一天，使限额和排队顺序有效。
privacy-buttons = 机器人将不再知道你的结果是如何制作的。此操作无法撤销。
privacy-sure = 全部删除
privacy-erased = 已删除。现在还保存着什么：`/privacy show`。
privacy-erased-soon = 你有 { $count } 个任务尚未结束：它们正在被取消，结束后会立即删除。其他一切已经删除。
privacy-not-yours = 这个按钮属于别人。你的是：`/privacy delete`。

## cogs

command-changed = 这个命令在你的 Discord 加载之后有了变化。请稍等一分钟或重启 Discord，然后再试。
guild-command-gone = 本服务器已不再有 `/{ $name }`：有人停用、重命名或移除了它。如果 Discord 仍显示它，请重启 Discord。
guild-command-in-run = `/{ $name }` 在本服务器不再有自己的命令。请用 `/run` 运行它。
guild-commands-one = 这里的工作流都用 `/run` 运行（`/settings`：`one-command`）。
guild-commands-full = 本服务器已有 { $most } 个此机器人的专属命令，Discord 不再接受更多。请停用一个没人需要的命令，或用 `/run` 运行这个工作流。
guild-commands-spent = Discord 每天在一个服务器里只接受 { $most } 个新命令，今天在这里的已经用完。这个命令<t:{ $when }:R>才能出现；在那之前请用 `/run` 运行它。
area-centre = 中央
area-left = 左半边
area-right = 右半边
area-top = 上半边
area-bottom = 下半边
area-top-left = 左上四分之一
area-top-right = 右上四分之一
area-bottom-left = 左下四分之一
area-bottom-right = 右下四分之一
area-edges = 四周边缘
command-to-copy = 你的命令，可复制后修改：
command-queue-name = 队列
command-queue-description = 查看这里正在运行和排队的任务
command-cancel-name = 取消
command-cancel-description = 取消你的一个任务
command-preset-name = 预设
command-preset-description = 按名称保存数值：保存、查看、使用、共享、删除
preset-save-name = 保存
preset-save-description = 保存你在此处上一个任务的数值，或环绕提示词的词语
preset-list-name = 查看
preset-list-description = 你的预设，以及本服务器的预设
preset-use-name = 使用
preset-use-description = 用一个预设运行工作流
preset-share-name = 共享
preset-share-description = 把你的一个预设提供给本服务器
preset-delete-name = 删除
preset-delete-description = 删除一个预设
preset-option-name = 预设的名称
preset-option-words = 环绕任意提示词的词语，例如：{ $example }
preset-option-which = 哪个预设
preset-option-prompt = 要画什么
preset-option-workflow = 预设适用于任意命令时，用哪个命令运行
option-name-name = 名称
option-words-name = 词语
option-prompt-name = 提示词
option-workflow-name = 工作流
preset-saved = 已保存“{ $name }”，用于 `/{ $workflow }`。可在该命令的“预设”中选择，或用 `/preset use` 运行。
preset-saved-style = 已保存“{ $name }”，可用于所有带提示词的命令。在命令的“预设”中选择。
preset-shared = 现在本服务器的所有人都能使用“{ $name }”。
preset-deleted = 已删除“{ $name }”。
preset-none = 还没有预设。先运行一个你喜欢的任务，再使用 `/preset save`。
preset-listed = { $count } 个预设
preset-of-guild = 本服务器
preset-of-person = 你的
preset-any-workflow = 任意命令
preset-unknown = 没有名为“{ $name }”的预设。现有：{ $names }。
preset-elsewhere = 预设“{ $name }”用于 `/{ $workflow }`，不适用于此命令。
preset-which-workflow = 预设“{ $name }”适用于任意命令：请用 `workflow:` 选择一个。
preset-no-guild = 私信中没有可以共享的服务器。
preset-share-right = 这需要“管理服务器”权限。
preset-no-job = 你在此处还没有完成的任务。请先运行一个，或填写 `words:`。
preset-too-many = 预设已满。请先删除一个。
preset-name = 预设名称需要 1 到 { $most } 个字符。
preset-used = 预设：{ $name }
preset-wrapped = 预设：{ $name }（{ $around }）
command-jobs-name = 我的任务
command-jobs-description = 你在这里提交过的任务，只有你能看到
command-job-name = 任务
command-job-description = 查看你的一个任务，以及可以对它做什么
command-job-option = 哪个任务；结果下方有它的八位编号
jobs-title = 你在这里的任务：{ $count }
jobs-filter-all = 全部
jobs-filter-open = 等待或运行中
jobs-filter-done = 已完成
jobs-filter-failed = 失败或已取消
jobs-open-one = 打开一个…
jobs-page = 第 { $page } 页，共 { $pages } 页
jobs-result = 查看结果
jobs-mentions-off = 有结果时不通知我
jobs-mentions-on = 有结果时通知我
job-private = 只有你能看到
job-waits = 等待中
job-done = 已完成
job-failed = 失败
job-cancelled = 已取消
job-cancelled-by = 由 { $who } 取消。
job-made-of = 由任务 { $job } 而来：
job-made-of-forgotten = 它由另一个任务而来，该任务已不再保存。
job-workflow-gone = `{ $workflow }` 目前无法运行，因此不能再次运行；当时选择的内容仍然保存着。
private-late = 机器人响应太慢，无法只让你自己看到，因此没有开始。请再试一次。
own-preset-name = 预设
own-preset-description = 你保存的数值，用于此处没有填写的选项
own-repeat-name = 重复
own-repeat-description = 运行多少次（1 到 { $most }），每次使用不同的种子
own-all-name = 全部组合
own-all-description = 运行提示词中 { $example } 的每一种组合
own-private-name = 仅自己可见
own-private-description = 只有你自己能看到
own-improve-name = 润色
own-improve-description = 先为此模型改写你的提示词
own-translate-name = 翻译
own-translate-description = 先把你的提示词译成英文
option-job-name = 任务
option-job-description = 要取消的任务
cancel-choice-running = 运行中
cancel-choice-preparing = 正在获取文件
cancel-choice-wording = 处理文字中
cancel-choice-someone = 某成员（…{ $digits }）
cancel-choice-queued = 排队第 { $number } 位
queue-empty = 没有正在运行的任务，也没有人在排队。
queue-title = 共 { $count } 个任务
queue-runs = { $when }开始
queue-preparing = 正在获取文件
queue-preparing-words = 正在处理文字
queue-at-comfyui = 正在 ComfyUI 中等待
queue-behind-ours = 前面有本机器人的 { $count } 个任务
queue-more = 另有 { $count } 个

## sandbox

sandbox-welcome =
    机器人已启动，可用命令：{ $commands }；消息菜单中有：{ $menu }。在浏览器中打开：

      { $page }

    它的一边是 Discord 模拟服务  { $discord }
    另一边是 ComfyUI             { $comfyui }

    要像真人一样运行一条命令，请打开另一个终端：
      python -m bot sandbox --once '/txt2img prompt:雪地里的红狐狸'
    按 Ctrl-C 结束沙盒。
sandbox-not-started = 机器人没有启动，原因见上方输出。
sandbox-bot-ended = 机器人在任务结束前退出了，原因见上方输出。
sandbox-unknown-locale = Discord 没有语言 { $locale }。可用的有：{ $locales }
sandbox-timeout = { $seconds } 秒后仍未结束。可以用 --timeout 等待更久。
sandbox-not-sent = Discord 不会发送这条命令：{ $reason }
sandbox-no-answer = 机器人在三秒内没有响应。
sandbox-deleted = 机器人删除了这条消息。

## workflow command

workflow-convert-refused = { $file }：被拒绝：{ $problem }
workflow-nobody-tells = COMFYUI_URLS 中没有服务器能说明自己有哪些节点：请启动一个，或者给出 --object-info。
workflow-convert-overwrites = 图会覆盖它；请换一个 --output。
workflow-convert-twice = { $file }：被拒绝：{ $target } 已由 { $other } 生成。请给其中一个换个名字，或者转换到另一个文件夹。
workflow-convert-is-graph = { $file }：其中已有 API 格式的图，原样采用。
workflow-column-option = 选项
workflow-column-type = 类型
workflow-column-takes = 可填内容
workflow-column-default = 不填时
workflow-column-sets = 设置的输入
workflow-fact-names = { $names }（{ $count }）
workflow-fact-span = { $low } 到 { $high }
workflow-fact-steps = { $span }，步长 { $step }
workflow-fact-of = 用于 { $option }
workflow-fact-required = 必填
workflow-fact-new-seed = 每次随机
workflow-fact-hidden = { $option }（隐藏）
workflow-fact-advanced = { $option }（仅表单）
workflow-show-no-options = 这个命令没有选项：图中没有看起来像选项的内容。
workflow-show-spare = 超出一个工作流所能提供的数量；可以在 command.toml 中用它们替换其他选项：
workflow-show-runs = 这个 ComfyUI 可以运行它。
workflow-show-lacks = 这个 ComfyUI 还不能运行它：
workflow-show-unknown = 只有在具备所需内容的 ComfyUI 上才能得知 { $workflow } 的选项。这一个缺少：
workflow-check-empty = { $folder } 中没有工作流。
workflow-check-runs = /{ $workflow }：{ $count } 个选项
workflow-check-lacks = /{ $workflow } 读取正常，但这个 ComfyUI 无法运行它：{ $reasons }
workflow-add-unknown = 没有添加任何内容：只有在具备所需内容的 ComfyUI 上才能得知选项。这一个缺少：
workflow-add-own = 以后在这里启动的机器人会读取 { $folder }，不再读取自带的工作流：想保留的请从 { $shipped } 复制过来。
workflow-add-rewritten = 工作流已写成 API 格式的图：其中的占位符已换成具体的值，或者文件的形式不能与 command.toml 并用。
workflow-add-done = 已创建 { $folder }：{ $count } 个选项。请检查其中的 command.toml；运行中的机器人会在几秒内提供这个命令。
workflow-add-heading = 由“python -m bot workflow add”根据工作流生成，可随意修改：workflows/README.md 列出了所有写法。
workflow-add-left-out = 不填时：{ $default }
workflow-add-spare = 以下内容也可以设置。去掉某一段每行开头的“# ”即可用它替换另一个选项：一个工作流最多有 60 个选项。

## inputs

input-too-large = 这个文件有 { $size } MB，最多只能提交 { $limit } MB。请缩小后再次运行命令。
input-empty = 这个文件是空的。请重新附加，并再次运行命令。
input-address = 这个文件不在 Discord 自己的服务器上，因此没有下载。请把它附加到命令中。
input-expired = Discord 上已经没有这个文件了：链接已过期，或者文件已被删除。请重新附加，并再次运行命令。
input-not-given = Discord 没有提供这个文件（返回 { $status }）。请重新附加，并再次运行命令。
input-unavailable = Discord 没有提供这个文件，或者只提供了一部分。请过几分钟再次运行命令。
input-disk = 机器人无法把这个文件写入磁盘。请稍后再试，并告诉运行这个机器人的人：磁盘可能已满。
input-no-room = 机器人目前无法再保存文件：等待中的任务的文件已占满为其预留的 { $gigabytes } GB。请等其中一些任务完成后再试。
input-no-picture = 这个文件不是可用的图片。请以 PNG、JPEG、WebP、GIF、AVIF、BMP 或 TIFF 格式发送。
input-picture-heic = 这张图片是 HEIC 文件，无法使用。请以 JPEG 格式发送：在 iPhone 上，“设置 → 相机 → 格式 → 兼容性最佳”会让新照片使用这种格式；也可以发送图片的截屏。
input-picture-damaged = 这张图片已损坏或不完整。请打开它，另存为 PNG 或 JPEG，再次运行命令。
input-picture-overloaded = 这张图片除像素外还带有过多的内容。请打开它，另存为 PNG 或 JPEG，再次运行命令。
input-picture-float = 这张图片使用浮点像素，无法使用。请另存为 PNG，再次运行命令。
input-too-many-pixels = 这张图片有 { $width }×{ $height } 像素，最多只能使用 { $megapixels } 百万像素。请缩小后再次运行命令。
input-no-video = 这个文件不是可用的视频。请以 MP4、MOV、WebM、MKV 或 GIF 格式发送。
input-no-audio = 这个文件中没有可用的声音。请以 MP3、WAV、FLAC、Ogg、Opus 或 M4A 格式发送。
input-recording-damaged = 这个文件已损坏或不完整。请重新保存，再次运行命令。
input-too-long = 这个文件长 { $seconds } 秒，最多只能使用 { $limit } 秒。请剪短后再次运行命令。
input-runs = 不接受程序、脚本和网页。
input-of-before-gone = 机器人和 ComfyUI 都已不再保存“{ $file }”。请重新附上。
input-servers-away = 保存此文件的 ComfyUI 目前无法连接。请几分钟后再运行命令。
input-in-mask = 蒙版：{ $problem }
input-mask-empty = 蒙版中没有标出任何内容，因此不会有任何变化。请在黑色图片上把要改变的部分涂成白色，或者在图片的副本上把它擦成透明。
input-mask-not-transparent = 这张图片没有透明的部分，因此不会有任何变化。请擦除要改变的部分、附加蒙版，或选择一个区域。
input-mask-fitted = 蒙版的尺寸（{ $mask }）与图片（{ $picture }）不同，已拉伸到图片大小。
input-mask-nearly-all = 蒙版标出了图片的 { $percent }%。白色部分会改变：如果要改变的是其余部分，请取消并把黑白对调。
input-mask-greys = 蒙版中有很多既不是黑色也不是白色的部分，它们只会部分改变。如果这不是本意，请取消并用黑白两色绘制。

## forms and the menu of messages

menu-use-as-input = 用作输入
menu-read-workflow = 读取工作流
form-workflow = 工作流
form-picture = 图片
form-prompt = 提示词
form-strength = 重绘幅度
form-area = 修改的位置
form-mask = 蒙版
form-only-for = 仅用于 { $workflows }
form-left-empty = 不填则为 { $value }
form-not-taken = `{ $workflow }` 用不到你填写的“{ $field }”。请留空，或选择其他工作流。
form-unknown = 这个表单来自旧版本的机器人，请重新打开。
menu-no-workflow = 目前这里没有以一张图片为起点的工作流。
menu-no-picture = 这条消息里没有图片。请在有图片的消息上使用。
menu-elsewhere = 这条消息显示的内容在其他服务器上，而机器人只从 Discord 下载。请先保存，再附加到命令或你自己的消息里。
menu-picture-gone = 这条消息已不再显示这张图片。请再次在消息上使用“用作输入”。
menu-forgotten = 你填写表单时机器人重启过，它自己无法查看这条消息。请再次在消息上使用“用作输入”；下面是你填写的内容。
recipe-no-file = 这条消息里没有文件。请在有 ComfyUI 保存的图片、视频或音频的消息上使用。
recipe-of-ours = { $file } 由 `/{ $workflow }` 生成
recipe-of-comfyui = { $file } 由 ComfyUI 生成
recipe-of-another = { $file } 由 ComfyUI 以外的程序生成
recipe-models = 模型：{ $names }
recipe-nodes = { $count } 个节点：{ $names }
recipe-notes = 生成它的程序留下的记录：
mend-gone = 机器人已不记得这是关于什么的。请重新输入命令。
mend-changed = 这已不再适用：工作流或服务器有了变化。请重新输入命令。
mend-still-open = 这个任务还没有结束。
remind-kept = 当能运行它的 ComfyUI 恢复时，机器人会在这里通知你。
remind-back = 能运行它的 ComfyUI 已经恢复。
remind-too-many = 你已在等待 { $most } 条这样的通知，这是机器人能保留的上限。
install-moderators = 服务器上缺少什么，只告诉有“管理消息”权限的成员。
install-missing = 服务器缺少 `{ $workflow }` 需要的内容：
install-nothing = `{ $workflow }` 已不再缺少任何内容。请重新输入命令。
group-prompt = 提示词
group-size = 尺寸
group-sampling = 采样
group-models = 模型
group-files = 文件
group-more = 更多
form-yes = 是
form-no = 否
form-file-stays = 不填则继续使用“{ $file }”
edit-panel = { $workflow }：修改需要的内容，然后运行
edit-choose = 选择要修改的内容
edit-improve = 润色提示词
edit-run = 运行
edit-reset = 重置
edit-left-out = 未填写：{ $names }
edit-gone = 这里的内容已经运行过，或已超过一天。请在原来的地方重新打开表单。
edit-button = 修改后再次运行
edit-title = 再次运行 { $workflow }
edit-slow = Discord 没有及时提供工作流。请再按一次按钮。
edit-changed = 生成它的工作流后来改过，或者已不再提供。
job-forgotten = 机器人已不记得它是怎样生成的。请再次在消息上使用“读取工作流”。

## moderators

blocked = 本服务器的管理员已禁止你在这里使用机器人。原因：{ $reason }
blocked-until = 本服务器的管理员已禁止你在 <t:{ $until }:f> 之前在这里使用机器人，<t:{ $until }:R>可以再次使用。原因：{ $reason }
block-no-reason = 未说明
drained = 本服务器的管理员暂时不接受新任务，已在排队的仍会运行。请稍后再试。
drained-everywhere = 机器人的运营者暂时不接受新任务，已在排队的仍会运行。请稍后再试。
command-mod-name = 管理
command-mod-description = 本服务器管理员的操作
mod-only-in-servers = 这是服务器里的命令：私信里没有可管理的内容。
mod-not-allowed = 只有管理员可以这样做：拥有“管理消息”权限的成员，或拥有 `/settings` 中 `moderator-roles` 所列身份组的成员。
mod-cancel-name = 取消
mod-cancel-description = 取消一个任务、某人的全部任务或本服务器的全部任务
mod-pause-name = 暂停
mod-pause-description = 暂不开始本服务器的任务；运行中的继续，新任务排队等待
mod-drain-name = 停收
mod-drain-description = 暂不接受本服务器的新任务；已排队的仍会运行
mod-resume-name = 恢复
mod-resume-description = 让本服务器的队列继续
mod-block-name = 禁用
mod-block-description = 禁止某人在本服务器使用机器人
mod-unblock-name = 解禁
mod-unblock-description = 允许某人再次使用机器人；不选则查看谁被禁止
mod-delete-name = 删除
mod-delete-description = 删除一个结果，并忘记它的文件
mod-audit-name = 记录
mod-audit-description = 谁在本服务器做了什么
option-person-name = 成员
option-everything-name = 全部
option-result-name = 结果
option-duration-name = 时长
option-reason-name = 原因
option-moderator-name = 管理员
option-action-name = 操作
mod-option-job = 队列中的一个任务
mod-option-cancel-person = 此人未完成的全部任务
mod-option-everything = 本服务器所有人未完成的全部任务
mod-option-result = 消息链接，或消息末尾的八位编号
mod-option-block-person = 谁不能在这里使用机器人
mod-option-unblock-person = 谁可以再次在这里使用机器人
mod-option-duration = 持续多久
mod-option-reason = 原因，会告知本人
mod-option-moderator = 由谁操作
mod-option-audit-person = 对谁操作
mod-option-action = 哪种操作
mod-cancel-what = 请在 `job`、`person`、`everything` 中选择一项。
mod-nothing-open = 没有可取消的任务。
mod-paused = 已暂停：在 `/mod resume` 之前，本服务器的任务不会开始。运行中的会继续，新任务排队等待。
mod-paused-before = 已经暂停了，`/mod resume` 可恢复。
mod-drained = 在 `/mod resume` 之前，本服务器不接受新任务。已排队的仍会运行。
mod-drained-before = 已经停止接受新任务，`/mod resume` 可恢复。
mod-resumed = 本服务器的队列已恢复，并接受新任务。
mod-resumed-in-vain = 本服务器不再暂停，但机器人的运营者已为所有人暂停。
mod-nobody-blocked = 本服务器没有人被禁止。
mod-blocked-title = 本服务器被禁止的成员
mod-blocked-by = 由 { $who }
mod-not-held-up = 本服务器的队列既没有暂停，也没有停收。
mod-blocked = 已禁止 { $who } 在这里使用机器人：{ $until }。已用私信告知本人。之前请求的任务仍会运行，可用 `/mod cancel` 取消。
mod-blocked-untold = 已禁止 { $who } 在这里使用机器人：{ $until }。对方不接收机器人的私信，下次使用时会得知。之前请求的任务仍会运行，可用 `/mod cancel` 取消。
mod-blocked-before = 你刚才已经这样做了：{ $who } 已被禁止。
mod-unblocked = { $who } 可以再次在这里使用机器人。
mod-not-blocked = { $who } 在这里没有被禁止。
mod-deleted = 已删除 { $who } 的 `{ $id }`，机器人也忘记了它的文件。
block-hour = 一小时
block-day = 一天
block-week = 一周
block-month = 30 天
block-for-good = 直到有人解禁
block-title = 禁止使用机器人
block-how-long = 持续多久？
block-why = 为什么？
block-why-about = 会告知本人。
block-direct = **{ $guild }** 的管理员已禁止你在那里使用机器人（{ $until }）。
    { $reason }
menu-cancel-job = 取消任务
menu-report = 举报
menu-who-made-this = 谁生成的
message-without-job = 机器人不知道这条消息属于哪个任务。
report-not-the-bots = 这不是机器人的消息，请自行向管理员举报。
report-title = 向管理员举报
report-why = 有什么问题？
report-why-about = 本服务器的管理员会看到。
report-done = 谢谢，会告知本服务器的管理员。
report-before = 你已经举报过这条消息。
report-too-many = 你在一小时内已经举报了多次。请直接联系管理员，或稍后再试。
who-made-this = { $who } 于 <t:{ $when }:f> 用 `/{ $workflow }` 请求（任务 `{ $id }`）。
log-report = 🚩 { $who } 举报了 { $about } 的[这条消息]({ $link })，<t:{ $when }:R>：{ $what }
    { $reason }
log-of-nobody = 未知成员
log-no-job = 机器人没有更多信息
log-job = `/{ $workflow }`，任务 `{ $id }`
log-no-reason = > （未说明原因）
log-everybody = 所有人
log-blocked = ⛔ { $who } 禁止了 { $whom } 使用机器人（{ $until }）。
    { $reason }
log-unblocked = { $who } 允许 { $whom } 再次使用机器人。
log-paused = ⏸ { $who } 暂停了本服务器的队列。
log-drained = ⏸ { $who } 停止接受本服务器的新任务。
log-resumed = ▶ { $who } 恢复了本服务器的队列。
log-cancelled = { $who } 取消了 { $whose } 的 { $count } 个任务。
log-deleted = 🗑 { $who } 删除了 { $whose } 的结果 `{ $id }`。
log-cancel = 取消任务
log-delete = 删除结果
log-block = 禁用
audit-empty = 这里没有这类操作。
audit-title = 操作记录，第 { $page } / { $pages } 页（共 { $count } 条）
audit-nobody = 某人
audit-reason = 原因
audit-until = 截止
audit-count = 任务数
audit-rule = 规则
audit-rule-action = 作用
audit-cancel = 取消了任务
audit-cancel-of-person = 取消了此人的全部任务
audit-cancel-all = 取消了全部任务
audit-left = 已离开服务器，排队任务被取消
audit-pause = 暂停了队列
audit-drain = 停收新任务
audit-resume = 恢复了队列
audit-block = 禁用
audit-unblock = 解禁
audit-delete = 删除了结果
audit-report = 举报
audit-setting = 更改了设置
audit-words = 更改了用词规则
audit-approve = 通过了结果
audit-reject = 拒绝了结果

## under a result

button-again = 再来一次
button-edit = 修改
button-vary-subtle = 微调
button-vary-strong = 大改
button-upscale = 放大
button-inpaint = 局部重绘
button-animate = 动起来
button-unknown = 这个按钮来自另一个版本的机器人，已不再起作用。
pick-picture = 选择一张图片继续创作……
picture-number = 图片 { $number }
picture-of = 第 { $number } 张，共 { $count } 张
picture-not-yours = 这属于请求它的人。用“再来一次”或“修改”可以生成你自己的一份，消息菜单里的“用作输入”也可以。
picture-gone = 机器人已不记得这张图片。
again-file-gone = 机器人已不再保存生成它时用到的“{ $file }”。请按 🎛️“修改”，重新附加该文件。
after-nothing = 目前这里没有能做到这一点的工作流。
after-needs-words = 这一步的工作流需要提示词，而这个结果没有用到提示词。请在消息菜单里选择“用作输入”，在那里填写。
pressed-twice = 你按了两次，只会生成一次。
pressed-twice-link = 你按了两次，只会生成一次：[在这里]({ $link })
discord-does-not-answer = Discord 暂时没有回应。请过一分钟再按。
lineage = { $action ->
    [again] 再次生成的第 { $number } 个
    [edit] 修改版 { $number }
    [vary] 变体 { $number }
    [upscale] 放大而成
    [inpaint] 局部重绘而成
    [animate] 由图片动起来
   *[other] 由先前的结果而来
}
lineage-link = { $action ->
    [again] [再次生成]({ $link })的第 { $number } 个
    [edit] [这个结果]({ $link })的修改版 { $number }
    [vary] [这个结果]({ $link })的变体 { $number }
    [upscale] 由[这个结果]({ $link })放大而成
    [inpaint] 由[这个结果]({ $link })局部重绘而成
    [animate] 由[这个结果]({ $link })动起来
   *[other] 由[这个结果]({ $link })而来
}
recipe-of-job = 生成方法：`/{ $workflow }`（{ $id }）
recipe-typed = 原本输入：{ $words }
recipe-workflow-gone = 这个工作流已不再提供。
recipe-took = 用时 { $duration }。
recipe-backend = ComfyUI：{ $name }
recipe-children = 由它而来的有 { $count } 个：{ $names }
recipe-child = { $action ->
    [again] 再次生成
    [edit] 修改版
    [vary] 变体
    [upscale] 放大
    [inpaint] 局部重绘
    [animate] 动起来
   *[other] 其他
}
original-too-large = “{ $name }”的原文件超出了 Discord 在这里允许的大小。
original-too-large-size = “{ $name }”的原文件有 { $size }，超出了 Discord 在这里允许的大小。
originals-gone = ComfyUI 已不再保存原文件。
originals-away = 目前无法取得原文件，请稍后再按。
delete-done = 已删除。
delete-not-yours = 只有请求它的人和管理员可以删除。
delete-others = 这是 { $who } 的结果。要删除吗？
delete-sure = 删除
delete-no-right = 机器人无法在这里删除这条消息：它已看不到这个频道。
delete-yourself = 这条消息只有你能看到：请自行关闭。
delete-there = 机器人不是结果所在之处的成员：请在结果本身下面按 🗑。
guest-not-yours = 机器人是某人用自己的账号带来的，所以只有那个人能使用这些消息下面的按钮。想自己使用，请输入它的命令。
showcase-off = 这个服务器没有展示频道。服务器管理者可以选择一个：`/settings panel`。
showcase-not-yours = 只有请求它的人和管理员可以展示。
showcase-by-moderators = 在这个服务器里，由管理员决定展示什么。
showcase-gone = 机器人已看不到展示频道。服务器管理者可以另选一个：`/settings panel`。
showcase-no-right = 机器人在那个频道缺少“{ $right }”权限。
showcase-refused = Discord 没有接受这条消息。可能是服务器的过滤规则拦下了它，或者文件在那里太大。
showcase-deleted = 它曾被展示，后来有人在那里删除了它。
showcase-done = 已展示：[在这里]({ $link })
showcase-before = 早已展示：[在这里]({ $link })

## the operator

guild-not-allowed = 机器人的管理员没有在这个服务器提供它。如果你认为应该提供，请联系管理员。
command-owner-name = 管理
command-owner-description = 供机器人的管理员使用
command-owner-backends-name = 后端
command-owner-backends-description = 查看每台 ComfyUI 的状态；可暂停或释放显存
command-owner-quarantine-name = 停用
command-owner-quarantine-description = 因让 ComfyUI 崩溃或卡死而停用的内容
command-owner-guilds-name = 服务器
command-owner-guilds-description = 各服务器的使用量，以及哪些服务器可以使用机器人
command-owner-pause-name = 暂停
command-owner-pause-description = 暂停所有新任务的开始，直到恢复；正在运行的任务继续
command-owner-resume-name = 恢复
command-owner-resume-description = 让各处的任务重新开始
command-owner-announce-name = 公告
command-owner-announce-description = 告知每个设置了日志频道的服务器
option-announce-words-name = 内容
option-announce-words-description = 要告知的内容；\n 表示换行
log-quarantined = { $reason }最近一次是 ComfyUI { $backend }。可用 `/管理 停用` 重新启用，或更改其文件。
log-announcement = **来自机器人的管理员**
    { $words }
owner-announced = { $count ->
        [0] 没有服务器设置日志频道，因此没有告知任何人。
       *[other] 正在告知 { $count } 个服务器。
    }
option-backend-name = 后端
option-backend-description = 哪一台 ComfyUI
option-backend-do-description = 要做什么
option-do-name = 操作
option-release-name = 启用
option-release-description = 重新启用哪一项
option-guild-name = 服务器
option-guild-description = 哪个服务器（填写 ID）
option-guild-do-description = 要做什么
option-sure-name = 确定
option-sure-description = 确定要退出
choice-pause = 暂停
choice-resume = 恢复
choice-free-memory = 释放显存
choice-allow = 允许使用机器人
choice-refuse = 不允许使用机器人
choice-leave = 退出
owner-only = 这是给机器人的管理员用的：机器人在 Discord 上的应用的所有者，或其团队成员。
owner-more = 另有 { $count } 项
owner-no-backends = 没有已知的 ComfyUI 服务器。
owner-no-such-backend = 没有名为 `{ $backend }` 的 ComfyUI。请从列表中选择。
owner-backend-and-do = 请同时选择服务器和要做的操作。
owner-backends-title = { $waiting ->
        [0] ComfyUI 服务器，没有任务在等待
       *[other] ComfyUI 服务器，{ $waiting } 个任务在等待
    }
owner-backend-online = 有应答
owner-backend-away = 没有应答
owner-backend-paused = 已暂停：不会有任务在那里开始
owner-backend-jobs = { $count ->
        [0] 手上没有任务
       *[other] 手上有 { $count } 个任务
    }
owner-backend-memory = 显存空闲 { $free } / { $total } GB
owner-backend-models = 最近一次使用了 { $models }
owner-backend-failures = 最近一小时失败：{ $nodes }
owner-no-node = 与单个节点无关
owner-backend-paused-now = 已暂停。那里正在运行的任务继续；等待中的任务转到其他服务器，或继续等待。
owner-backend-resumed-now = 那里的任务重新开始。
owner-backend-was-so = 原本就是这样，没有任何改变。
owner-backend-freed = 已要求它在当前任务结束后把模型从显存中移出。
owner-quarantine-none = 没有停用的内容。
owner-quarantine-since = { $when }停用：ComfyUI { $backend } 再次因它{ $harm ->
        [gone] 崩溃
       *[stalled] 卡死
    }
owner-quarantine-other-files = 此后工作流的文件已更改，因此它又可以运行了。
owner-not-quarantined = 这一项没有停用（或已启用）。请从列表中选择。
owner-released = { $what } 可以重新运行了。
owner-guild-and-do = 请同时选择服务器和要做的操作。
owner-no-such-guild = 机器人不在服务器 `{ $guild }` 中。请从列表中选择，或填写其 ID。
owner-guilds-title = 各服务器最近 { $days } 天的使用量
owner-no-guild = 服务器之外
owner-guild-use = { $jobs } 个任务 · { $minutes } 分钟 GPU 时间 · 失败 { $failed } 个
owner-guild-not-allowed = 不允许使用机器人
owner-guild-allowed = { $guild } 可以使用机器人。
owner-guild-refused = { $guild } 不能再使用机器人了：那里的命令会这样提示。
owner-leave-sure = 要退出 { $guild } 吗？{ $jobs ->
        [0] 那里没有人在等待任务。
       *[other] 那里还有 { $jobs } 个任务没有结束。
    }只有重新邀请才能让机器人回来。如果确定，请再次使用命令并填写 `确定: True`。
owner-left = 机器人已退出 { $guild }。
owner-paused = 已全部暂停。正在运行的任务继续，新任务会等待：用 `/管理 恢复` 重新开始。
owner-was-paused = 已经全部暂停了。
owner-resumed = 任务重新开始。
owner-was-not-paused = 没有处于暂停状态。

## limits

limit-waiting = 你在这里已有 { $waiting } 个任务在等待，最多可以有 { $limit } 个。等其中一个开始，或用 `/cancel` 取消一个之后，就可以再提交。
limit-waiting-never = 在本服务器，你最多可以有 { $limit } 个任务同时等待。请少提交一些。
limit-cooldown = 在本服务器，你每 { $seconds } 秒可以提交一次。<t:{ $when }:R>可以再次提交。
limit-day = 过去 24 小时内你在这里已有 { $used } 个任务，最多 { $limit } 个。<t:{ $when }:R>可以再次提交。
limit-day-never = 在本服务器，你每 24 小时最多可以有 { $limit } 个任务。请少提交一些。
limit-gpu = 过去 24 小时内你在这里的任务用了 { $used } 分钟 GPU，最多 { $limit } 分钟。<t:{ $when }:R>可以再次提交。
limit-size = 这次的工作量是 { $size } 百万像素 × 步（宽 × 高 × 张数 × 帧数 × 步数），你每次最多可以用 { $limit }。请选择更小的尺寸、更少的步数或更少的张数。
place-channels = 在本服务器，机器人只能在以下频道使用：{ $channels }
place-roles = 在本服务器，只有拥有以下身份组之一的成员可以使用机器人：{ $roles }
place-workflow-off = 本服务器的管理员没有开放 `/{ $workflow }`。
place-workflow-channels = 在本服务器，`/{ $workflow }` 只能在以下频道使用：{ $channels }
place-workflow-roles = 在本服务器，只有拥有以下身份组之一的成员可以使用 `/{ $workflow }`：{ $roles }
timed-out = 你在本服务器被禁言了。<t:{ $when }:R>可以再次在这里使用机器人。
age-restricted = `/{ $workflow }` 是成人内容：只能在年龄限制频道里使用，或在与机器人的私信里使用。
age-off = `/{ $workflow }` 是成人内容，本服务器的管理员没有开放它。

## settings of a server

command-settings-name = 设置
command-settings-description = 服务器管理者的选择
command-settings-set-name = 更改
command-settings-set-description = 为这个服务器选择一项设置
option-key-name = 项目
option-key-description = 要设置什么
option-value-name = 值
option-value-description = 设为什么；不填则恢复默认
settings-showcase-channel = ⭐ 把结果复制到哪个频道；off 表示不展示
settings-showcase-by = 谁可以按 ⭐：requester（请求者和管理员）或 moderators（仅管理员）
settings-translate = 在设置了提示词助手时，是否先把提示词译成英文：on 或 off
settings-done = `{ $key }` 现在是 { $value }（{ $about }），对之后发布的内容生效。
settings-unknown = 没有 `{ $key }` 这项设置。可选：{ $names }
settings-not-one-of = 不能是“{ $value }”。可以是：{ $names }
settings-no-channel = “{ $value }”不是这个服务器的频道。请从列表中选择，或填 `off`。
settings-only-in-servers = 私信里没有可设置的内容。
settings-unreadable = 这里读不懂“{ $value }”。请写成 `{ $example }` 这样，或填 `off`。
settings-no-number = “{ $value }”不是这里可用的数字：从 { $least } 到 { $most }。
settings-too-long = 最多 { $most } 个字符。
words-added = 这个服务器会在“{ $option }”中加上“{ $words }”。
default-not-taken = 这个服务器为“{ $option }”设的值 { $value } 不可用：{ $problem }已改用工作流自己的值。
settings-no-name = 这个服务器里没有叫 { $name } 的频道或身份组。
settings-not-by-channel = `{ $key }` 对整个服务器有效：不能为单个频道另设。
option-settings-channel-name = 频道
option-settings-channel-description = 只对这个频道（及其子区）有效；不填则对整个服务器有效
settings-value = { $value ->
    [on] 开
    [requester] 请求者和管理员
    [moderators] 仅管理员
    [gallery] 合为一条消息
    [single] 每张一条消息
    [operator] 按运营者允许的最多
    [full] 全部
    [recipe] 仅配方
    [none] 没有
    [auto] 服务器的语言
    [en] English
    [zh-CN] 简体中文
    [restricted] 仅限有年龄限制的频道
    [newcomers] 新成员
    [everybody] 所有人
    [closed] 留待审核
    [open] 照常发布
    [managers] 服务器管理者
   *[off] 关
}
settings-source = { $source ->
    [channel] 为这个频道所选
    [parent] 为子区所属频道所选
    [guild] 为这个服务器所选
   *[operator] 默认
}
settings-nothing = { $key ->
    [allowed-channels] 所有频道
    [allowed-roles] 所有人
    [workflow-access] 全部，在所有频道对所有人开放
    [workflow-adders] 无人
    [moderator-roles] 没有其他人
    [limit-waiting] 不限
    [limit-at-once] 不限
    [limit-day] 不限
    [limit-gpu-minutes] 不限
    [limit-size] 不限
    [cooldown] 无需等待
    [defaults] 工作流自己的值
    [added-prompt] 没有
    [added-negative] 没有
    [classifier] 没有
    [showcase-channel] 不展示
    [log-channel] 没有
    [retention-days] 与运营者的期限相同
   *[other] 关
}
settings-holds = 现在：{ $value }
settings-bound = 运营者允许 { $bound }
settings-beyond-operator = 机器人的运营者允许 { $bound }；服务器只能更严格。
settings-of-server = 这个服务器的设置
settings-of-channel = <#{ $channel }> 的设置
settings-theme-places = 谁、在哪里
settings-theme-limits = 限额
settings-theme-options = 取值与文字
settings-theme-results = 结果
settings-theme-decency = 内容规范
settings-theme-log = 日志与保留
settings-change = 更改
settings-reset = 恢复默认……
settings-pages = 其他页……
settings-channels = 单个频道的设置……
settings-for-roles = 另设数值的身份组
settings-for-roles-about = 不选则只按上面一行
settings-their-number = 它们的数值（留空则与所有人相同）
settings-adder-roles = 以及拥有这些身份组的人
settings-one-workflow = 单独设置一个工作流
settings-one-workflow-about = 只限这些频道、这些身份组；都不选则对所有人开放
settings-its-channels = 它的频道
settings-its-roles = 它的身份组
settings-not-yours = 只有可以管理这个服务器的人才能更改它的设置。
settings-everyone = @everyone 不是用来区分成员的身份组。给所有人的数值请直接写数字，或将列表留空。
settings-no-workflow = 没有 { $name } 这个工作流；{ $near }
settings-no-option = 没有工作流有可在此设值的 { $name } 选项；{ $near }
command-settings-panel-name = 面板
command-settings-panel-description = 查看和更改这个服务器的全部设置
command-settings-show-name = 查看
command-settings-show-description = 以可输入的形式显示当前设置
option-key-shown-description = 某一项；不填则显示全部
settings-title-allowed-channels = 频道
settings-title-allowed-roles = 身份组
settings-title-workflow-access = 工作流
settings-title-workflow-adders = 谁可以添加工作流
settings-title-one-command = 共用一个命令
settings-title-moderator-roles = 管理员
settings-title-limit-waiting = 排队的任务
settings-title-limit-at-once = 同时运行
settings-title-limit-day = 每日任务
settings-title-limit-gpu-minutes = 每日 GPU 分钟
settings-title-limit-size = 最大的任务
settings-title-cooldown = 任务间隔
settings-title-weight = 队列份额
settings-title-defaults = 默认取值
settings-title-added-prompt = 加到提示词
settings-title-added-negative = 加到反向提示词
settings-title-language = 语言
settings-title-translate = 翻译
settings-title-mention = 提及
settings-title-result = 多张图片
settings-title-keep-status = 状态消息
settings-title-threads = 子区
settings-title-metadata = 文件里的信息
settings-title-showcase-channel = 展示频道
settings-title-showcase-by = 谁可以展示
settings-title-nsfw = 成人工作流
settings-title-nsfw-spoiler = 剧透遮盖
settings-title-review = 审核
settings-title-newcomer-days = 新成员
settings-title-classifier = 分类器
settings-title-classifier-away = 分类器不可用时
settings-title-log-channel = 日志频道
settings-title-retention-days = 任务保留时间
settings-allowed-channels = 可以生成图片的频道；off 表示所有频道
settings-allowed-roles = 可以生成图片的身份组；off 表示所有人
settings-workflow-access = 哪些工作流只限某些频道或身份组使用，或完全关闭；未列出的对所有人开放
settings-workflow-adders = 谁可以添加工作流：off（无人）、managers（服务器管理者），或再加上某些身份组
settings-one-command = 在本服务器添加的工作流是否没有各自的命令，全部用 `/run` 运行
settings-moderator-roles = 除拥有“管理消息”权限的人之外，还有哪些身份组可以做管理员能做的事
settings-limit-waiting = 每人最多有多少个任务排队，可为身份组另设数值；off 表示只受运营者的限制
settings-limit-at-once = 每人最多同时运行多少个任务，可为身份组另设数值；off 表示不限
settings-limit-day = 每人 24 小时内最多开始多少个任务，可为身份组另设数值；off 表示不限
settings-limit-gpu-minutes = 每人 24 小时内最多使用多少分钟 GPU，可为身份组另设数值；off 表示不限
settings-limit-size = 单个任务的最大规模（百万像素 × 张数 × 帧数 × 步数），可为身份组另设数值；off 表示不限
settings-cooldown = 每人两个任务之间要等多少秒，可为身份组另设数值；off 表示无需等待
settings-weight = 每个人在队列中的份额，可为身份组另设：2 得到的服务是 1 的两倍
settings-defaults = 没有人填写时选项的取值，按命令设置；* 表示所有有该选项的命令
settings-added-prompt = 总是加到提示词里的文字；off 表示不加
settings-added-negative = 总是加到反向提示词里的文字；off 表示不加
settings-language = 所有人都能看到的消息所用的语言：auto（服务器的语言）、en 或 zh-CN
settings-mention = 结果是否提及请求它的人：on 或 off
settings-result = 多张图片如何发布：gallery（一条消息）或 single（每张一条消息）
settings-keep-status = 发布结果后是否保留状态消息：on 或 off
settings-threads = 是否为每个任务建一个子区：on 或 off
settings-metadata = 发布的文件里带有什么：full（全部）、recipe（不含编辑器的图）或 none（没有）；operator 表示按运营者允许的最多
settings-nsfw = 成人工作流可以在哪里使用：restricted（有年龄限制的频道）或 off（不可使用）
settings-nsfw-spoiler = 它们的结果是否用剧透遮盖：on 或 off
settings-review = 谁的结果在发布前先由管理员查看：off（无人）、newcomers（新成员）或 everybody（所有人）
settings-newcomer-days = 加入后多少天内算新成员
settings-classifier = 运营者的分类器识别出的图片从多少分起如何处理：spoiler（遮盖）、review（审核）或 refuse（拒绝）
settings-classifier-away = 分类器没有应答时图片如何处理：closed（留待审核）或 open（照常发布）
settings-log-channel = 在哪里告知管理员发生了什么；off 表示不告知
settings-retention-days = 多少天后忘记任务；off 表示到运营者的期限为止，那是最长的

## help with words

prompt-helper-away = 提示词助手暂时没有应答。
prompt-helper-timed-out = 提示词助手在 { $seconds } 秒内没有应答。
prompt-helper-unusable = 提示词助手拒绝了机器人的访问，或者没有所要的模型。请告诉机器人的管理者：日志里有更多信息。
prompt-helper-refused = 提示词助手不愿意写这样的内容。
prompt-helper-unreadable = 提示词助手的回答不能用作提示词。
prompt-helper-gone = 这里已经没有提示词助手了。
helper-no-answer = { $seconds } 秒内没有应答
helper-declined = 它拒绝了
helper-characters = { $count } 个字符
helper-thoughts = 只有思考和客套话
helper-packed = 应答被压缩了
helper-bytes = 超过 { $most } 字节
helper-no-json = 没有可读的 JSON
helper-cut = 应答到达服务的上限而被截断
helper-no-words = 应答中没有文字
classifier-no-labels = 没有带 0 到 1 分数的标签
words-improved = 提示词助手优化了“{ $option }”。你写的是：“{ $typed }”
words-translated = 提示词助手翻译了“{ $option }”。你写的是：“{ $typed }”
words-translated-and-improved = 提示词助手翻译并优化了“{ $option }”。你写的是：“{ $typed }”
words-not-improved = “{ $option }”没有优化，使用你自己的文字。{ $problem }
words-not-translated = “{ $option }”没有翻译，使用你自己的文字。{ $problem }
## many at once

status-together = 已完成 { $done } / { $count }
status-together-failed = { $count } 个失败
group-too-many = 这样会一次提交 { $count } 个任务。{ $why }
cancel-group = { $running ->
    [0] 已取消剩余的 { $count } 个任务。
   *[other] 已取消剩余的 { $count } 个任务。正在运行的那个会在当前步骤之后停止。
}
group-failed = { $count } 个失败（{ $which }）：{ $why }
group-cancelled = 共 { $all } 个，其中 { $count } 个在完成之前被取消。
sheet-no-picture = 没有生成图片。
sheet-picture-gone = ComfyUI 中已没有这张图片，或图片已损坏。
take-one = 选用其中一张……
button-zip = 原文件（{ $count }）
all-too-many = 这样会有 { $count } 种组合，一次最多 { $most } 种。请减少选项，或去掉“全部”：这样会从中选一种。
all-too-many-repeated = 这样会有 { $count } 种组合、每种 { $repeat } 次，一次最多 { $most } 个。请减少选项或次数。
cancel-choice-group = 一次 { $count } 个
command-run-name = 运行
command-run-description = 按名称运行任意工作流，选项在表单里填写
run-option-workflow = 哪个工作流
run-title = 运行 { $workflow }
command-compare-name = 对比
command-compare-description = 在一张拼图上对比一个或两个选项的不同取值
option-workflow-description = 哪个命令
option-x-name = 横向
option-x-description = 一个选项及最多 4 个取值，沿上边排列：cfg 4,6,8
option-y-name = 纵向
option-y-description = 另一个选项，沿左边排列：sampler euler,dpmpp_2m
option-compare-prompt-name = 提示词
option-compare-prompt-description = 要生成什么
option-compare-image-name = 图片
option-compare-image-description = 起始图片（如果该命令需要图片）
option-values-name = 其他选项
option-values-description = 其他选项，写法与命令相同：steps:12 seed:5
compare-no-workflow = 没有 `{ $name }` 这个命令。现有：{ $names }。
compare-no-option = `{ $typed }` 不是可以对比的选项。请写选项和取值，例如 `cfg 4,6,8`。现有：{ $names }。
compare-how-many = 请为 { $option } 给出一到 { $most } 个不同的取值，以逗号分隔（取值本身含逗号时用 | 分隔）。
compare-same-option = `{ $option }` 不能与自身对比，请为其中一个换一个选项。
compare-unread = `{ $words }` 不属于任何选项。请按 `steps:12 seed:5` 的写法填写。现有：{ $names }。
compare-no-words = { $workflow } 不接受文字，请不要填写提示词。
compare-no-picture = { $workflow } 不接受图片，请去掉图片。
zip-servers-away = ComfyUI 目前没有响应，恢复后请再按一次。
zip-disk-full = 机器人的磁盘现在放不下这个压缩包，请稍后再试。
zip-files-gone = ComfyUI 中已没有这些文件。
zip-too-large = 这 { $count } 个原文件共 { $size }，而 Discord 在这里最多接受机器人发送 { $limit }。ComfyUI 的管理员可以在其输出文件夹中找到它们。
result-forgotten = 机器人已不再记得这个结果：它只保留一段时间内的记录。
group-order = 依次为：{ $labels }

## editing workflows

workflow-edit-option-gone = 这个工作流已经没有选项 `{ $option }` 了。
workflow-edit-wrong = “{ $name }”{ $problem }。
workflow-edit-name-taken = 这个工作流的另一个选项已经叫“{ $name }”（也可能是在另一种语言里）。请换一个名称。
workflow-edit-size-needs = 只要还有代表 `width` 和 `height` 的尺寸选项，`{ $option }` 就不能改名。
workflow-edit-size-required = `{ $option }` 是形状选项，形状总是可以省略。请改为把 `width` 和 `height` 设为必填。
workflow-edit-required-default = `{ $option }` 是必填的，没有东西可以代替它。请先改为可选，或把默认值留空。
workflow-edit-min-max = `{ $option }` 的最小值大于最大值。请对调。
workflow-edit-step = `{ $option }` 的步长必须大于 0。
workflow-edit-names = `{ $option }` 最多可以限定为 { $most } 个名称，每个不超过 { $longest } 个字符。
workflow-edit-no-such-name = 服务器的 `{ $option }` 列表里没有“{ $value }”。相近的有：{ $names }。
workflow-edit-option-wrong = 选项 `{ $option }` { $problem }。
workflow-edit-unreadable = 无法读取这个工作流的命令：{ $problem }。
workflow-edit-place = 设置的内容可能指向文件、文件夹或网址，所以不会问任何人
workflow-edit-head = 编辑 /{ $workflow }
workflow-edit-note = 只有你能看到。你的修改保存在草稿里：发布之后，其他人才能用到。
workflow-edit-for-adults = 成人内容：仅在有年龄限制的频道
workflow-edit-only-in = 仅在 { $channels } 及其子区
workflow-edit-only-for = 仅限 { $roles }
workflow-edit-off = 任何人都不能用（由设置 `workflow-access` 决定）
workflow-edit-asked = 怎样询问
workflow-edit-required = 必填
workflow-edit-required-about = 不填就无法发送命令
workflow-edit-optional = 在命令中
workflow-edit-optional-about = 可以省略，省略时用默认值
workflow-edit-form = 仅在表单中
workflow-edit-form-about = 不在命令里，而在结果下方 🎛 的表单里
workflow-edit-never = 隐藏
workflow-edit-never-about = 不问任何人，总是用默认值
workflow-edit-beyond = 一条命令最多放得下 { $most } 个选项。排在最后的只在 🎛 的表单里。
workflow-edit-sets = 设置 { $inputs }
workflow-edit-pick = 选择要修改的选项…
workflow-edit-pick-part = 选择要修改的选项（第 { $first } 到 { $last } 个）…
workflow-edit-command = 名称和说明
workflow-edit-access = 谁能用、在哪用
workflow-edit-choose = 选用选项
workflow-edit-choose-title = /{ $workflow } 的选项
workflow-edit-field-offered = 大家可以填写这些
workflow-edit-field-hidden = 不问任何人。两处都没选的，放在 🎛 的表单里
workflow-edit-preview = 预览
workflow-edit-words = 名称和说明
workflow-edit-values = 取值
workflow-edit-back = 全部选项
workflow-edit-command-title = 编辑 /{ $workflow }
workflow-edit-option-title = 选项 { $option }
workflow-edit-access-title = 谁能用 /{ $workflow }、在哪用
workflow-edit-field-name = 名称
workflow-edit-field-about = 说明
workflow-edit-field-place = 位置
workflow-edit-field-place-about = 在“{ $group }”里从 1 数起
workflow-edit-field-adults = 面向谁
workflow-edit-field-adults-about = 成人内容只会在有年龄限制的频道里出现
workflow-edit-for-all = 所有人
workflow-edit-adults-only = 成人
workflow-edit-field-default = 默认值
workflow-edit-field-default-about = 省略时使用。留空：用工作流自带的值
workflow-edit-field-default-seed = 省略时使用。留空：每次随机
workflow-edit-own = 工作流自带：{ $value }
workflow-edit-field-minimum = 最小值
workflow-edit-field-maximum = 最大值
workflow-edit-field-step = 步长
workflow-edit-servers = 服务器上：{ $value }
workflow-edit-field-names = 只允许这些
workflow-edit-field-names-about = 每行一个。留空：服务器上的全部
workflow-edit-field-names-text = 每行一个，供大家选择。留空：可以自由填写
workflow-edit-channels-about = 以及其中的子区。不选：所有频道
workflow-edit-roles-about = 不选：所有人
workflow-list-name = 列表
workflow-list-description = 本服务器添加的工作流
workflow-show-name = 查看
workflow-show-description = 查看本服务器的一个工作流：有哪些选项，能做什么
workflow-edit-command-name = 编辑
workflow-edit-description = 在草稿中编辑本服务器的工作流，之后再发布
workflow-history-name = 版本
workflow-history-description = 工作流的各个版本，可以重新启用其中一个
workflow-disable-name = 停用
workflow-disable-description = 停用一个工作流，直到重新启用
workflow-enable-name = 启用
workflow-enable-description = 重新启用一个工作流
workflow-remove-name = 移除
workflow-remove-description = 移除一个工作流及其所有版本
workflow-rollback-name = 回退
workflow-rollback-description = 重新启用工作流以前的版本
workflow-export-name = 导出
workflow-export-description = 把工作流导出为 zip，供其他服务器使用
workflow-import-name = 导入
workflow-import-description = 导入其他服务器导出的 zip
workflow-list-option-which = 哪个工作流
workflow-list-option-version = 哪个版本：版本号
workflow-list-option-version-or-current = 哪个版本；省略则为当前版本
workflow-list-version-name = 版本
workflow-import-option-file = zip 文件
workflow-list-none = 本服务器还没有添加过工作流。`/workflow add` 可以把工作流文件或 ComfyUI 保存的图片变成命令。
workflow-list-no-such = 本服务器没有名为“{ $name }”的工作流；{ $near }。
workflow-list-no-version = /{ $workflow } 没有版本 { $version }（或已不再保留）。`/workflow history` 会列出保留的版本。
workflow-list-head = 本服务器的工作流：{ $count } / { $most }
workflow-list-pick = 选择一个工作流…
workflow-list-state-published = 使用中，版本 { $number }
workflow-list-state-disabled = 已停用
workflow-list-state-draft = 草稿，尚未发布
workflow-list-state-taken-away = 已被机器人的运营者收回
workflow-list-also-draft = 有一个更新的版本正在编辑，尚未发布
workflow-list-shared = 运营者已与所有服务器共享
workflow-list-added = 添加于 { $when }，共 { $count } 个版本
workflow-list-cannot-run = 目前无法运行
workflow-list-by-nobody = 已无法得知是谁
workflow-list-change = 编辑
workflow-list-disable = 停用
workflow-list-enable = 启用
workflow-list-versions = 版本
workflow-list-export = 导出
workflow-list-remove = 移除
workflow-list-all = 全部工作流
workflow-list-back = 返回
workflow-list-history = /{ $workflow } 的版本
workflow-list-version = 版本 { $number }，{ $day } UTC
workflow-list-current = 使用中
workflow-list-published = 发布于 { $when }
workflow-list-drafted = 草稿，始于 { $when }
workflow-list-roll-back = 重新启用以前的版本…
workflow-list-no-former = 没有可以回退的旧版本。
workflow-list-remove-asked = 要移除 /{ $workflow } 及其所有版本吗？
workflow-list-remove-about = 它的命令会消失，按它的结果下方的按钮时会说明这一点。正在等待或运行的任务会继续。`/workflow export` 可以留一份副本。
workflow-enabled = /{ $workflow } 已重新启用，命令很快就会出现。
workflow-disabled-now = /{ $workflow } 已停用。`/workflow enable` 可以重新启用。
workflow-removed = /{ $workflow } 及其所有版本已移除。
workflow-enabled-by-run = /{ $workflow } 已重新启用，但没有自己的命令：{ $why }
workflow-rolled-back = /{ $workflow } 已回到版本 { $number }。用其他版本生成的内容不受影响。
workflow-rolled-back-by-run = /{ $workflow } 已回到版本 { $number }，但没有自己的命令：{ $why }
workflow-exported = **/{ $workflow }**，版本 { $number }。用 `/workflow import` 可以导入其他服务器；运营者可以解压到 `workflows/`。
workflow-import-draft = 已经有人在编辑 /{ $workflow }。请先发布或丢弃那份草稿（`/workflow edit`），或换个名称导入。

## words

command-words-name = 词语
command-words-description = 本服务器不想要的词语：拒绝、审核或用剧透遮挡
words-add-name = 添加
words-add-description = 添加或修改一条规则；不填词语和正则时，会用表单询问词表
words-list-name = 列表
words-list-description = 查看本服务器的规则，或某条规则的所有词语
words-remove-name = 删除
words-remove-description = 删去一条规则
words-test-name = 试验
words-test-description = 看看一段文字会触及哪些规则
words-option-name = 被拒绝的人会看到的名称，例如：禁止血腥
words-option-which = 哪条规则
words-option-action = 词语触及规则的任务会怎样
words-option-action-name = 处理
words-option-words = 词语和短语，用逗号或换行分隔；kill* 也包括 killer
words-option-pattern = 用正则表达式代替词语
words-option-pattern-name = 正则
words-option-loose = 字母被隔开或重复时也算，例如 f.o.o 和 fooo
words-option-loose-name = 宽松
words-option-spare-negative = 不用于说明要排除什么的负面提示词
words-option-spare-negative-name = 负面除外
words-option-test = 一段提示词，就像别人会写的那样
words-form-title = “{ $rule }”的词语
words-form-list = 词语和短语
words-action-refuse = 拒绝
words-action-review = 先审核
words-action-spoiler = 用剧透遮挡
words-kind-list = { $count } 个词语
words-kind-pattern = 正则表达式
words-kind-loose = 字母隔开或重复也算
words-kind-spares-negative = 负面提示词除外
words-saved = 从现在起在整个服务器生效：
words-removed = 规则“{ $rule }”已删去。
words-none = 本服务器没有词语规则。用 `/词语 添加` 添加一条。
words-listed = { $count } 条词语规则
words-tried-none = 这段文字没有触及任何规则。
words-tried = 这段文字触及 { $count } 条规则：
words-only-in-servers = 词语规则属于服务器：请在有本机器人的服务器里使用。
words-not-allowed = 词语规则由版主（“管理消息”）和管理服务器的人设置。
words-list-long = 一个词表最多 { $most } 个字符。请分成两条规则。
hook-not-loaded = 无法加载钩子“{ $hook }”（`{ $where }`）；日志中 { $id } 下有完整的错误信息。请修复或卸载它的软件包：没有它，机器人会放行它本应拦下的内容。
hook-without-moment = 钩子“{ $hook }”（`{ $where }`）没有 `before_submission`、`after_run`、`before_posting` 中的任何一个方法。请修复或卸载它的软件包。
hook-bug = 无法继续，因为在这里检查每个任务的“{ $hook }”遇到了程序错误。请告诉运行本机器人的人，并附上日志中 { $id } 下的内容。
hook-slow = 无法继续，因为在这里检查每个任务的“{ $hook }”没有及时回答。请稍后再试。
hook-refused = { $words }
review-why-hook = { $words }
classified-refused = 不予发布：本服务器的图像检查在其中发现了“{ $label }”。请修改要求后再运行命令。
review-why-classified = 图像检查在其中发现了“{ $label }”
review-why-unlooked = 图像检查无法查看它
words-refused = 本服务器的规则“{ $rule }”不允许“{ $option }”里的词语。请修改后再运行命令。
words-refused-reworded = 由于提示词助手写出的内容，没有制作：{ $why }
review-why-words = 其词语触及规则“{ $rule }”
words-no-rule = 这里没有规则“{ $name }”。现有的例如：{ $names }
words-too-many-rules = 本服务器已有 { $most } 条规则，不能再多。请删去一条，或把词语加到已有的规则里。
words-pattern-long = 正则表达式最多 { $most } 个字符。
words-pattern-named = 这里不能使用分组名称，例如 `(?P<name>…)`。请改写为 `(?:…)`。
words-pattern-wrong = 无法使用这个正则表达式：`{ $problem }`。这里不支持环视和反向引用：有了它们，就能写出要处理几分钟的文本。
words-pattern-empty = 这个正则表达式会匹配任何文本，连空文本也会匹配。请让它至少要求一个字符。
words-none-typed = 里面没有任何词语。请输入词语或短语，用逗号或换行分隔。
words-word-long = “{ $word }”太长：词语或短语最多 { $most } 个字符。
words-word-empty = “{ $word }”里没有可以查找的字母、数字或符号。
words-name-length = 规则需要一个 1 到 { $most } 个字符的名称：被拒绝的人会看到它。
words-one-of-two = 一条规则要么有词语，要么有正则表达式。请只给出其中一种。
words-too-many-letters = 那样本服务器的所有词表共有 { $count } 个字符，而上限是 { $most }。请删去一些词语，或没有人需要的规则。
words-patterns-large = 那样本服务器的所有正则表达式加起来太大：{ $count } 个部分，而上限是 { $most }。最占份量的是重复次数（“一百个这样的”）和 `\w` 这样的字符类；词语最好放进词表。
words-patterns-large-together = 那样本服务器的所有正则表达式加起来太大。最占份量的是 `\w` 这样的字符类。

folder-zip-none = 这不是工作流文件夹的 zip：它应有一个含 `{ $graph }` 和 `{ $command }` 的文件夹，如 `/workflow export` 所生成。其他带有工作流的文件请用 `/workflow add`。
folder-zip-several = 这个 zip 里有不止一个 `{ $file }`。请只放入一个工作流的文件夹。
folder-zip-path = 这个 zip 里有工作流文件夹不会有的路径：`{ $path }`。请重新导出，或重新打包文件夹。
folder-zip-not-utf8 = 这个 zip 里的 `{ $file }` 不是 UTF-8。请用该编码保存。
guild-workflow-gone = 这个工作流已不存在：有人移除了它。本服务器的工作流见 `/workflow list`。
guild-workflow-version-gone = 版本 { $number } 已不再保留，或从未发布。现有的版本见 `/workflow history`。
guild-workflow-no-draft = 这个版本已不是草稿：有人发布或丢弃了它。工作流现在的样子见 `/workflow show`。
guild-workflow-changed-meanwhile = 其间有人改动了这份草稿，因此什么都没有写入。请用 `/workflow edit` 重新打开，在现在的内容上修改。
guild-workflow-never-published = “{ $name }”从未发布：只有一份草稿。请先发布。
guild-workflow-taken-away = 机器人的运营者收回了“{ $name }”，因此谁都不能运行。原因请询问运营者。
guild-workflow-name-taken = 本服务器已有工作流或其草稿名为“{ $name }”。请换一个名称。
guild-workflow-shared-name-taken = 已有另一个与所有服务器共享的工作流名为“{ $name }”。请换一个名称。
guild-workflow-large = 太大了：有 { $size } KiB，而上限是 { $most } KiB。
guild-workflows-many = 本服务器连同草稿已有 { $most } 个工作流，不能再多。请移除没有人需要的：`/workflow list`。
guild-workflows-large = 本服务器的工作流连同以前的版本超过了 { $most } MiB。请移除没有人需要的：`/workflow list`。
audit-workflow = 更改了工作流
audit-workflow-name = 工作流
audit-workflow-version = 版本
audit-workflow-add = 添加
audit-workflow-publish = 发布
audit-workflow-roll-back = 回退
audit-workflow-enable = 启用
audit-workflow-disable = 停用
audit-workflow-remove = 移除
audit-workflow-share = 与所有服务器共享
audit-workflow-unshare = 不再共享
audit-workflow-take-away = 被运营者收回
audit-workflow-give-back = 由运营者归还
privacy-guild-workflows = 你在服务器里添加的工作流
privacy-workflow-versions = 其中由你开始的版本

command-owner-workflow-name = 工作流
command-owner-workflow-description = 各服务器添加的工作流：与所有服务器共享，或收回
command-owner-workflow-list-name = 列表
command-owner-workflow-list-description = 各服务器添加了什么
command-owner-workflow-share-name = 共享
command-owner-workflow-share-description = 在所有服务器和私信中提供其中一个
command-owner-workflow-unshare-name = 取消共享
command-owner-workflow-unshare-description = 重新只在它自己的服务器提供
command-owner-workflow-remove-name = 收回
command-owner-workflow-remove-description = 收回一个：在你归还之前谁都不能运行
command-owner-workflow-restore-name = 归还
command-owner-workflow-restore-description = 让它的服务器重新使用被你收回的工作流
option-owner-workflow-name = 工作流
option-owner-workflow-description = 哪一个
owner-workflow-nothing = 没有服务器添加工作流。
owner-workflow-title = 各服务器添加的工作流：{ $count }
owner-workflow-state = { $state ->
        [draft] 草稿
        [disabled] 在那里已停用
       *[published] 已提供
    }
owner-workflow-version = 版本 { $number }
owner-workflow-is-shared = 与所有服务器共享
owner-workflow-is-removed = 已收回
owner-workflow-none = 没有这个工作流（“{ $name }”），或有多个同名。请从列表中选择。
owner-workflow-own-name = `/{ $name }` 是你或机器人自己的命令。它的服务器须先给工作流换个名称，才能共享。
owner-workflow-shared = 现在所有服务器都提供 `/{ $name }`。它做什么仍由它的服务器决定：他们下次发布的内容也会在各处提供。
owner-workflow-shared-disabled = `/{ $name }` 已共享，但在它自己的服务器已停用：他们一启用就会提供。
owner-workflow-unshared = `/{ $name }` 只在它自己的服务器提供。
owner-workflow-removed = `/{ $name }` 已被收回：现在谁都不能运行它，它的服务器在自己的列表里会看到这一点。已经在等待或运行的任务会继续（`/owner pause` 可以让它们暂停）。需要时可以用 `/owner workflow` 的 `restore` 归还。
owner-workflow-restored = `/{ $name }` 已归还给它的服务器。若曾共享，请重新共享。
workflow-add-name-wrong = “{ $name }”不能作为命令名称：{ $problem }。
workflow-add-name-own = /{ $name } 是机器人自己的命令。请给工作流换一个名称。
workflow-add-name-taken = 这里已经有命令 /{ $name }。请给工作流换一个名称。
workflow-add-description = 这不能作为命令的说明：{ $problem }。
workflow-add-only-in-servers = 工作流是添加到服务器里的：请在有本机器人的服务器中使用。
workflow-add-off = 这个服务器还没有人可以添加工作流。有权管理服务器（“管理服务器”）的人可以开放：用 `/settings set` 把 `workflow-adders` 设为 `managers`，也可以加上身份组：`managers @身份组`。
workflow-add-not-yours = 只有管理本服务器的人（“管理服务器”）和他们指定的身份组可以添加、修改工作流（`/settings set` 中的 `workflow-adders`）。
preview-place-gone = 工作流的这个位置已经没有“{ $input }”。请重新查看预览。
preview-head = /{ $workflow } 的预览
preview-ready = 仅你可见。先试一试，再发布；发布之前别人用不了。
preview-waits = 仅你可见。它现在还不能在这里运行，在此之前一直是草稿。
preview-cannot = 仅你可见。不允许在这里运行。
preview-refused = 不允许
preview-lacks = 服务器上缺少
preview-missing = 服务器上没有：请改选其他的，或请人安装
preview-replace = 代替 { $name }…
preview-broken-node = 节点 { $node } 已安装，但它所在的节点包无法启动。运行 ComfyUI 的人可以在它的日志中找到原因。
preview-options = { $count } 个选项
preview-options-unknown = 要等服务器补齐所缺的内容，才能知道它有哪些选项。
preview-no-options = 它没有选项，直接运行即可。
preview-advanced = **🎛 里还有** { $names }
preview-outputs = **结果**来自 { $nodes }
preview-warnings = 文件中的异常
preview-more = 另有 { $count } 项
preview-default = 默认 { $value }
preview-default-yes = 默认是
preview-default-no = 默认否
preview-kind-text = 文字
preview-kind-integer = 整数
preview-kind-number = 数字
preview-kind-boolean = 是或否
preview-one-of = { $count } 选一
preview-kind-image = 图片
preview-kind-mask = 遮罩
preview-kind-video = 视频
preview-kind-audio = 音频
preview-kind-file = 文件
preview-try = 试一试
preview-publish = 发布
preview-edit = 编辑…
preview-look = 再看一次
preview-discard = 丢弃

command-workflow-name = 工作流
command-workflow-description = 把 ComfyUI 工作流做成本服务器的命令
workflow-add-name = 添加
workflow-add-about = 把工作流做成命令：工作流的 JSON，或 ComfyUI 保存的图片
workflow-option-file = 工作流：JSON，或 ComfyUI 保存的图片、视频或音频
workflow-option-file-name = 文件
workflow-option-name = 命令名称；不填则取自文件名
workflow-option-name-name = 名称
workflow-option-description = 命令的用途
workflow-option-description-name = 说明
workflow-add-no-file = 这条消息里没有文件。请在有工作流 JSON，或有 ComfyUI 保存的图片、视频或音频的消息上使用。
menu-make-command = 做成命令
preview-gone = 这个草稿已不存在：它已被发布或丢弃。
preview-slow = 服务器迟迟没有说明自己有什么。请稍后再试。
preview-try-title = 试用 /{ $workflow }
preview-published = **{ $command } 已发布。**本服务器的所有人很快就能使用。谁可以用、在哪里用，在 `/workflow edit` 中选择。
preview-published-by-run = **{ $workflow } 已发布**，但没有自己的命令：{ $why }
preview-discard-question = 要丢弃 /{ $workflow } 的草稿吗？其中的改动都会消失。
preview-keep = 保留
preview-discarded = /{ $workflow } 的草稿已丢弃。
workflow-as-found = 这些选项是在工作流中找到的。删除此行即可固定这些选项。
