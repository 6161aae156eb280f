"""What clients' log lines mean, and what to do about their warnings."""

from collections.abc import Mapping

CLIENTS: Mapping[str, tuple[str, str]] = {
    "cl.begins": (
        "a client begins: servers {servers}, asks for a timeout of {ms} ms",
        "客户端启动：服务器 {servers}，希望超时 {ms} ms",
    ),
    "cl.dials": ("a client dials a server", "客户端连接某台服务器"),
    "cl.reaches": ("its connection stands", "连接已建立"),
    "cl.session": (
        "has session {id} at {server}, timeout {ms} ms",
        "在 {server} 得到会话 {id}，超时 {ms} ms",
    ),
    "cl.silent": (
        "heard nothing from its server for {ms} ms: leaves it for another",
        "{ms} ms 没听到服务器：换一台",
    ),
    "cl.expired": (
        "session {id} has expired: its ephemerals and locks are gone",
        "会话 {id} 已过期：它的临时节点和锁都没了",
    ),
    "cl.server-closed": ("its server hung up", "服务器挂断了"),
    "cl.fails": ("could not talk to {server}", "与 {server} 通信失败"),
    "cl.login": ("could not log in (SASL)", "登录失败（SASL）"),
    "cl.auth": ("could not prove who it is", "没能证明身份"),
    "cl.auth-ok": ("how it logs in", "登录方式"),
    "cl.xid": (
        "got an answer to another request than the oldest",
        "收到的回答不属于最早的请求",
    ),
    "cl.ended": ("the client closes its session", "客户端关闭会话"),
    "cl.left": ("a connection ends", "一个连接结束"),
    "cl.ping": ("a ping", "一次 ping"),
    "cl.event": ("an event", "一个事件"),
    "cl.waits": ("waits until it is connected", "等待连上"),
    "cl.app-up": ("is connected", "已连上"),
    "cl.app-expired": (
        "its session has expired: its ephemerals and locks are gone",
        "会话已过期：它的临时节点和锁都没了",
    ),
    "cl.app-timeout": ("gave up waiting for a connection", "等不到连接，放弃了"),
    "cl.app-auth": ("could not prove who it is", "没能证明身份"),
    "cl.lost": (
        "takes its session for lost, and its locks with it",
        "认定会话已丢失，锁也随之失去",
    ),
    "cl.suspended": ("lost its connection, not yet its session", "断了连接，会话还在"),
    "cl.gave-up": ("gave up repeating a request", "不再重试某个请求"),
    "cl.refused": ("nobody listens at that server's port", "那台服务器的端口没人监听"),
    "cl.late": ("was {ms} ms late itself", "自己晚了 {ms} ms"),
}
EXPECTED: Mapping[str, tuple[str, str]] = {
    "cl.auth-ok": ("it goes on without SASL", "不用 SASL 也能继续"),
    "cl.left": ("it dials the next server", "它会连下一台"),
    "cl.ended": ("it was closed on purpose", "是主动关闭的"),
    "cl.event": ("it is only told", "只是通知"),
    "cl.app-up": ("it is well again", "恢复了"),
}
ACT: Mapping[str, tuple[str, str]] = {
    "cl.expired": (
        "it must begin a new session, and make its locks, ephemerals and watches anew",
        "必须新开会话，重建锁、临时节点和 watch",
    ),
    "cl.app-expired": (
        "it must begin a new session, and make its locks, ephemerals and watches anew",
        "必须新开会话，重建锁、临时节点和 watch",
    ),
    "cl.lost": (
        "act as if every lock is somebody else's; then begin anew",
        "当作每把锁都已归别人；然后重新开始",
    ),
    "cl.login": (
        "check principal, keytab or password, and the JAAS section Client",
        "检查 principal、keytab 或密码，以及 JAAS 的 Client 段",
    ),
    "cl.auth": (
        "check its digest or SASL login; this session does not recover",
        "检查它的 digest 或 SASL 登录；这个会话不会恢复",
    ),
    "cl.app-auth": (
        "check its digest or SASL login; this session does not recover",
        "检查它的 digest 或 SASL 登录；这个会话不会恢复",
    ),
    "cl.xid": (
        "one connection per process, none across fork; update the client",
        "每个进程一个连接，不要跨 fork 使用；升级客户端",
    ),
    "cl.app-timeout": (
        "is the list of servers right, do they have a quorum, is the port open?",
        "服务器列表对吗，它们有 quorum 吗，端口通吗？",
    ),
    "cl.gave-up": (
        "whether that request was carried out is not known: look before repeating",
        "不知道那个请求执行了没有：先查看再重试",
    ),
}
DEPENDS: Mapping[str, tuple[str, str]] = {
    "cl.silent": (
        "once: its server stopped or the network did; often: long pauses (GC) here or"
        " there, or a timeout that is too short",
        "偶尔一次：服务器或网络停了；经常：这边或那边停顿太久（GC），或超时太短",
    ),
    "cl.server-closed": (
        "the server ended, has no quorum, or refused: its own log says which",
        "服务器结束了、没有 quorum，或拒绝了它：看服务器自己的日志",
    ),
    "cl.fails": (
        "it dials the next one; if all fail: wrong port, firewall, or no server runs",
        "它会连下一台；若都失败：端口错、防火墙，或没有服务器在运行",
    ),
    "cl.refused": (
        "it dials the next one; if all refuse, no server runs there",
        "它会连下一台；若都拒绝，那里没有服务器在运行",
    ),
    "cl.suspended": (
        "nothing is lost if it reconnects in time; until then no lock is sure",
        "及时重连就什么都不丢；在那之前没有一把锁是可靠的",
    ),
    "cl.late": (
        "it stood still itself: a busy process, or a suspended machine",
        "是它自己停顿了：进程太忙，或机器被挂起",
    ),
    "cl.waits": (
        "if it goes on: the servers have no quorum, or are not reached",
        "若一直如此：服务器没有 quorum，或连不上",
    ),
}
