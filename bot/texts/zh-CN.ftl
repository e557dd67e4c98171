
## generation

workflow-wrong = 它的文件与 ComfyUI 现有的内容不符：{ $problem }
workflow-unavailable = `{ $workflow }` 目前无法运行：这里没有任何 ComfyUI 具备它所需的节点和模型。机器人的管理员可以在日志中看到缺少什么。
cancel-done = 已取消，任务还没有开始。
cancel-requested = 正在通知 ComfyUI 停止，当前这一步完成后生效。
cancel-ended = 没有可取消的了：这个任务已经结束。
cancel-unknown = 这里没有这个任务，它可能早已结束。
cancel-not-yours = 你只能取消自己的任务。拥有“管理消息”权限的成员可以取消本服务器的任何任务。
notice-away = ComfyUI（{ $backend }）没有响应，恢复后任务会继续。
notice-again = ComfyUI 丢失了这个任务，可能是因为重启过。正在重试（第 { $attempt } 次，共 { $most } 次）。
notice-cancelling = 正在取消，ComfyUI 会在当前这一步之后停止。
failed-lost = ComfyUI 三次丢失了这个任务，很可能是因它而崩溃。请尝试更小的尺寸或更少的张数；如果仍然不行，ComfyUI 的管理员可以在它的日志中找到原因。
failed-stalled = ComfyUI 在这个任务上一再停滞不前，因此已放弃。请稍后再试，或者使用更小的尺寸。
failed-out-of-memory = 显卡在“{ $node }”处显存不足。请尝试更小的尺寸，或减少一次生成的张数。
failed-node = 节点“{ $node }”出错：`{ $message }`
failed-interrupted = 有人在 ComfyUI 中停止了这个任务。如果仍然需要，请重新运行命令。
failed-no-output = ComfyUI 已完成，但没有生成任何文件。工作流可能缺少保存结果的节点。
failed-unfinished = ComfyUI 没有说明原因就结束了这个任务。请再试一次；如果每次都这样，可以在它的日志中找到原因。
refused-graph = ComfyUI 没有接受：{ $problems }
refused-whole = ComfyUI 没有接受这个工作流：`{ $message }`。需要机器人的管理员修正工作流。
refused-several = { $first }{ $second }
refused-option = 选项 `{ $option }`
refused-input = 节点“{ $node }”的输入 `{ $input }`
refused-not-in-list = { $place }不能是 `{ $value }`。可选的例如：{ $names }。
refused-too-small = { $place }不能是 { $value }，最小为 { $minimum }。
refused-too-big = { $place }不能是 { $value }，最大为 { $maximum }。
refused-other = { $place }：`{ $message }`。

## doctor

doctor-token-missing = 未设置 DISCORD_TOKEN。请在 https://discord.com/developers/applications 创建应用，打开“Bot”，点击“Reset Token”，并把令牌写入 .env。
doctor-token-refused = Discord 不接受 DISCORD_TOKEN。请在你的应用中打开“Bot”，点击“Reset Token”，并把新令牌写入 .env。
doctor-application = Discord 认得这个令牌：应用“{ $name }”
doctor-invite = 邀请链接：{ $link }
doctor-gateway = Discord 网关有响应；今天还可以启动 { $remaining } 次（共 { $total } 次）
doctor-gateway-strange = Discord 网关有响应，但内容不对。中间是否有代理？
doctor-discord-away = 无法连接 Discord（{ $problem }）。请检查这台机器的网络。
doctor-workflows = { $count } 个工作流读取正常
doctor-workflows-wrong = { $problem }
doctor-backend = ComfyUI { $backend }：版本 { $version }，设备 { $devices }；{ $running } 个运行中，{ $waiting } 个等待中
doctor-backend-away = 无法使用 ComfyUI：{ $problem } 它启动了吗？COMFYUI_URLS 正确吗？
doctor-backend-unauthorized = ComfyUI { $backend } 需要身份验证。请设置 COMFYUI_BASIC_AUTH、COMFYUI_BEARER_TOKEN 或 COMFYUI_HEADERS。
doctor-lacks = ComfyUI { $backend } 无法运行 /{ $workflow }：{ $reason }
doctor-commands = 可用命令：{ $names }
doctor-database = 数据库 { $path } 可以写入
doctor-database-in-use = 数据库 { $path } 正被运行中的机器人使用
doctor-database-wrong = { $problem }

## jobs

jobs-too-many-of-user = 你已有 { $open } 个未完成的任务，每人同时最多 { $limit } 个。请等其中一个完成，或用 `/cancel` 取消一个。
jobs-too-many-of-guild = 本服务器已有 { $open } 个未完成的任务，同时最多 { $limit } 个。请等其中一个完成后再试。
jobs-store-full = 机器人所在的磁盘已满，无法接受新任务；已在排队的任务会继续。需要机器人的管理员清理磁盘空间。
jobs-store-unwritable = 机器人目前无法写入任务记录，因此不能接受新任务。请机器人的管理员检查磁盘和数据库文件的权限。
jobs-store-busy = 机器人的任务记录正被另一个程序占用，什么都没有改变。请稍后再试。

## workflows

value-missing = 需要填写选项 `{ $option }`。
value-unknown-option = 选项 `{ $option }` 已不存在。现有选项：{ $names }。重新加载 Discord 之前，它可能仍显示旧的命令。
value-too-long = `{ $option }` 最多 { $maximum } 个字符，现在有 { $length } 个。
value-not-listed = `{ $option }` 不能是“{ $value }”：列表里没有它。你是不是想选 { $names }？
value-not-listed-at-all = `{ $option }` 不能是“{ $value }”：列表里没有它。可选的例如：{ $names }。
value-not-boolean = `{ $option }` 只能是 true 或 false，不能是“{ $value }”。
value-not-integer = `{ $option }` 需要整数，“{ $value }”不是整数。
value-not-number = `{ $option }` 需要数字，“{ $value }”不是数字。
value-out-of-range = `{ $option }` 须在 { $minimum } 到 { $maximum } 之间，不能是 { $value }。
value-too-small = `{ $option }` 不得小于 { $minimum }，不能是 { $value }。
value-too-big = `{ $option }` 不得大于 { $maximum }，不能是 { $value }。
value-off-step = `{ $option }` 的步长为 { $step }，不能是 { $value }。最接近的值：{ $nearest }。
workflow-lacks-node = 没有安装节点 { $node }。
workflow-lacks-node-nearest = 没有安装节点 { $node }。已安装的最接近的节点：{ $nearest }。
workflow-lacks-name = { $node } 的 { $input } 需要“{ $name }”，但服务器上没有。
workflow-lacks-name-nearest = { $node } 的 { $input } 需要“{ $name }”，但服务器上没有。最接近的有：{ $nearest }。
workflow-lacks-input = 已安装的 { $node } 版本没有输入 { $input }。
workflow-lacks-type = 已安装的 { $node } 版本中，输入 { $input } 的类型不同。
workflow-lacks-any = 选项 `{ $option }` 没有可选的内容：{ $node } 的列表为空，或者不含 command.toml 允许的任何名称。

## delivery

status-queued = { $ahead ->
    [0] 排队中，下一个就是你
   *[other] 排队中，前面还有 { $ahead } 个任务
}
status-starts = { $when }开始
status-servers-away = ComfyUI 暂时没有响应，恢复后会继续。
status-starting = 已交给 ComfyUI，即将开始……
status-step = 第 { $step } 步，共 { $steps } 步
status-since = { $when }开始
status-until = 预计{ $when }完成
status-preview = 目前的样子
status-done = 已完成，用时 { $duration }
status-done-link = 已完成，用时 { $duration } · [查看结果]({ $link })
status-failed = 失败
status-cancelled = 已由 { $who } 取消
status-stopped = 已取消
button-cancel = 取消
result-seed = 种子 { $seed }
result-failed = { $workflow } 失败了
fitted = 为满足 Discord 的 { $limit } 上限已缩小：{ $before } → { $after }。原文件保留在 ComfyUI 中。
file-cannot-fit = 有一个 { $size } 的文件未发送：Discord 在这里最多接受 { $limit }，且无法将其缩小。文件保留在 ComfyUI 中。
files-gone = { $all } 个文件中有 { $gone } 个在 ComfyUI 中已不存在。
files-left-out = 还有 { $count } 个文件放不进这条消息，它们保留在 ComfyUI 中。
failed-files-gone = 结果已经生成，但文件在 ComfyUI 中已不存在，可能被清理了。请重新运行命令。
sent-directly = 机器人无法在这个频道发消息，结果已通过私信发送给你。
no-right-to-post = 结果已经生成，但机器人无法发送：它在这个频道缺少“查看频道”“发送消息”或“附加文件”权限，而你的私信也未开放。请让管理员在这里授权，或开放私信，然后重新运行命令。
delivery-given-up = 结果已经生成，但整整一天都无法发送。请重新运行命令。
bug = 这是机器人的缺陷，不是你的错。请把这个编号告诉机器人的管理员，日志中也有同样的编号：`{ $id }`

## cogs

command-changed = 这个命令在你的 Discord 加载之后有了变化。请稍等一分钟或重启 Discord，然后再试。
command-queue-name = 队列
command-queue-description = 查看这里正在运行和排队的任务
command-cancel-name = 取消
command-cancel-description = 取消你的一个任务
option-job-name = 任务
option-job-description = 要取消的任务
cancel-choice-running = 运行中
cancel-choice-queued = 排队第 { $number } 位
queue-empty = 没有正在运行的任务，也没有人在排队。
queue-title = 共 { $count } 个任务
queue-runs = { $when }开始
queue-more = 另有 { $count } 个

## sandbox

sandbox-welcome =
    机器人已启动，可用命令：{ $commands }。在浏览器中打开：

      { $page }

    它的一边是 Discord 替身  { $discord }
    另一边是 ComfyUI         { $comfyui }

    要像真人一样运行一条命令，请打开另一个终端：
      python -m bot sandbox --once '/txt2img prompt:雪地里的红狐狸'
    按 Ctrl-C 结束沙盒。
sandbox-not-started = 机器人没有启动，原因见上方输出。
sandbox-bot-ended = 机器人在任务结束前退出了，原因见上方输出。
sandbox-timeout = { $seconds } 秒后仍未结束。可以用 --timeout 等待更久。
sandbox-not-sent = Discord 不会发送这条命令：{ $reason }
sandbox-no-answer = 机器人在三秒内没有响应。
