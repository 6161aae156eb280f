"""What `watch --web` says, and what the live page says beside the exported one."""

from collections.abc import Mapping

WEB: Mapping[str, tuple[str, str]] = {
    "web.link": ("open     {link}", "打开     {link}"),
    "web.read-only": (
        "         who has the link can watch, and can touch nothing",
        "         有链接的人只能看，不能操作",
    ),
    "web.exposed": (
        "         whoever has the link can break this lab from elsewhere;"
        " --read-only lets a class only watch",
        "         有链接的人可以从别处破坏这个实验；加 --read-only 则全班只能看",
    ),
    "web.end": (
        "         Ctrl-C ends the page, not the lab",
        "         Ctrl-C 结束网页，实验继续",
    ),
    "web.port": (
        "cannot listen on {host}:{port}: {why}",
        "无法在 {host}:{port} 上监听：{why}",
    ),
    "web.port.hint": (
        "choose another one: labctl watch --web --port 8200",
        "请换一个端口：labctl watch --web --port 8200",
    ),
    "web.host.hint": (
        "--host takes an address of this machine: 127.0.0.1, or 0.0.0.0 for all",
        "--host 要用本机的地址：127.0.0.1，或用 0.0.0.0 表示全部",
    ),
    "web.only": (
        "{flags}: only with --web",
        "{flags}：只能与 --web 一起用",
    ),
    "web.not": (
        "{flags}: not with --web; the page shows everything",
        "{flags}：不能与 --web 一起用，网页会显示全部",
    ),
    "web.only.hint": (
        "as in labctl watch --web --port 8200",
        "例如 labctl watch --web --port 8200",
    ),
    "web.not.hint": (
        "leave it out, or watch in the terminal without --web",
        "请去掉它，或不用 --web，在终端里观看",
    ),
    "page.link.on": ("connected to the lab", "已连接到实验"),
    "page.link.lost": (
        "connection lost; trying again",
        "连接已断开，正在重试",
    ),
    "page.link.over": (
        "the lab was taken down; this page keeps what it has seen",
        "实验已结束；本页保留已看到的内容",
    ),
    "page.hands.node": ("Which server the client asks", "客户端询问哪个服务器"),
    "page.hands.line": ("What the client does", "客户端做什么"),
    "page.hands.send": ("Send", "发送"),
    "page.step.waiting": (
        "Messages that wait: {count}. Click one to deliver it; n delivers the oldest.",
        "等待的消息：{count} 条。点击即投递；按 n 投递最早的一条。",
    ),
    "page.step.none": (
        "No message waits; n moves the clocks to the next time limit.",
        "没有等待的消息；按 n 把时钟拨到下一个时限。",
    ),
    "page.do.kill": ("Kill", "杀掉"),
    "page.do.start": ("Start", "启动"),
    "page.do.pause": ("Pause", "暂停"),
    "page.do.resume": ("Resume", "恢复"),
    "page.do.wipe": ("Empty its disk", "清空磁盘"),
    "page.do.cut": ("Cut", "切断"),
    "page.do.hold": ("Hold messages", "扣留消息"),
    "page.do.delay": ("Delay", "延迟"),
    "page.do.heal": ("Heal", "修复"),
    "page.do.step.0": ("Step mode", "单步模式"),
    "page.do.step.1": ("Deliver one", "投递一条"),
    "page.do.go": ("Let it flow", "恢复流动"),
    "page.do.start.down": ("Start what is down", "启动已停的"),
    "page.do.heal.--all": ("Heal all", "全部修复"),
}
