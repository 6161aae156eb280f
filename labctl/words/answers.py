"""Answers of `labctl explain` to errors of clients: what it means, what to do."""

from collections.abc import Mapping

ERRORS: Mapping[str, tuple[str, str]] = {
    "OK": ("the call worked", "调用成功"),
    "SystemError": (
        "the server failed in itself; its log says why",
        "服务器内部出错；看它的日志",
    ),
    "RuntimeInconsistency": (
        "the client library found itself in a state that cannot be: report it",
        "客户端库进入了不可能的状态：请报告",
    ),
    "DataInconsistency": (
        "data was found that cannot be; look at the server's log",
        "发现不可能的数据；看服务器日志",
    ),
    "ConnectionLoss": (
        "the connection broke with the request under way. Whether it was carried out is"
        " not known, and the session may still live. Wait for the reconnection, then"
        " look before you repeat: a create may have worked (NodeExists), a setData too"
        " (BadVersion). Retrying blindly is safe only for reads and idempotent writes",
        "请求途中连接断了。不知道它执行了没有，会话可能还在。等重新连上，先查看再重试："
        "create 也许已成功（NodeExists），setData 也一样（BadVersion）。"
        "只有读和幂等的写可以直接重试",
    ),
    "MarshallingError": (
        "request or answer could not be put into bytes: different versions, or more"
        " than"
        " jute.maxbuffer",
        "请求或回答无法编码：版本不同，或超过 jute.maxbuffer",
    ),
    "Unimplemented": (
        "the server does not know this request: it is older than the client (container"
        " and ttl nodes, reconfig, addWatch), or the feature is off",
        "服务器不认识这个请求：它比客户端旧（container、ttl 节点、reconfig、addWatch）"
        "，"
        "或功能没有打开",
    ),
    "OperationTimeout": (
        "no answer in the client library's own time; the request may still be carried"
        " out",
        "在客户端库自己的时限内没有回答；请求仍可能被执行",
    ),
    "BadArguments": (
        "path, data or flags are not allowed: a path begins with / and does not end"
        " with"
        " it",
        "路径、数据或标志不合规：路径以 / 开头，不以 / 结尾",
    ),
    "InvalidState": (
        "the handle is closed, expired or failed: open a new one",
        "句柄已关闭、过期或失败：新开一个",
    ),
    "UnknownSession": (
        "the server does not know this session: it ended, or was never global",
        "服务器不认识这个会话：已结束，或从未成为全局会话",
    ),
    "NewConfigNoQuorum": (
        "a reconfig was refused: no quorum of the new servers is in step with the"
        " leader;"
        " let them join first",
        "reconfig 被拒绝：新服务器中没有 quorum 与 leader 同步；先让它们加入",
    ),
    "ReconfigInProgress": (
        "another reconfig is under way: wait for it",
        "另一次 reconfig 正在进行：等它结束",
    ),
    "ReconfigDisabled": (
        "reconfigEnabled is false, which is the default: set it, and give somebody the"
        " right (the znode /zookeeper/config, or the super user)",
        "reconfigEnabled 为 false（默认）：打开它，并授权（/zookeeper/config 的 ACL，"
        "或超级用户）",
    ),
    "APIError": ("the call was used in a wrong way", "调用方式不对"),
    "NoNode": (
        "there is no such znode, or its parent is missing; on another server it may"
        " only"
        " be late: sync, then read again",
        "没有这个 znode，或缺少父节点；在别的服务器上可能只是晚到：先 sync 再读",
    ),
    "NoAuth": (
        "the znode's ACL does not allow this identity that: getAcl shows who may,"
        " addauth"
        " says who you are",
        "znode 的 ACL 不许这个身份做这件事：getAcl 看谁可以，addauth 说明你是谁",
    ),
    "BadVersion": (
        "somebody changed the znode after you read it, or your own write did before a"
        " ConnectionLoss: read again, decide again",
        "你读过之后有人改了 znode，或你自己在 ConnectionLoss 前的写已生效：重新读，"
        "重新决定",
    ),
    "NoChildrenForEphemerals": (
        "an ephemeral node has no children: make the parent persistent",
        "临时节点不能有子节点：把父节点建成持久的",
    ),
    "NodeExists": (
        "the znode is there already. After a retry it may be your own: compare its"
        " owner"
        " (ephemeralOwner) or data with yours before you treat it as another's",
        "znode 已存在。若是重试之后，它可能就是你自己建的：先比对 ephemeralOwner"
        " 或数据，"
        "再判断是不是别人的",
    ),
    "NotEmpty": (
        "it has children: delete them first (deleteall), or use a container node;"
        " another"
        " may add children meanwhile",
        "还有子节点：先删子节点（deleteall），或用 container 节点；期间别人可能又加了",
    ),
    "SessionExpired": (
        "the servers heard nothing for longer than the timeout and ended the session:"
        " its"
        " ephemerals, locks and watches are gone, and the handle is dead. Open a new"
        " session and make them anew; then look for the pause (GC), the network, or a"
        " timeout that is too short",
        "服务器超过超时没听到它，结束了会话：临时节点、锁、watch 都没了，句柄作废。"
        "新开会话重建；再查停顿（GC）、网络，或超时太短",
    ),
    "InvalidCallback": ("the callback is not allowed here", "这里不允许这个回调"),
    "InvalidACL": (
        "the ACL is empty or names a scheme or id that cannot be: auth without addauth"
        " before, digest without a hash",
        "ACL 为空，或含有不可能的 scheme 或 id：用 auth 却没先 addauth，"
        "digest 没有散列",
    ),
    "AuthFailed": (
        "the proof was refused (wrong digest, SASL, certificate); this session does not"
        " recover: correct it and open a new one",
        "证明被拒绝（digest、SASL、证书不对）；这个会话不会恢复：改正后新开",
    ),
    "SessionMoved": (
        "the session is connected to another server now, and this request came by the"
        " old"
        " connection: a client reconnected, or two processes share one session. It was"
        " not carried out; repeat it on the new connection",
        "会话已连到另一台服务器，这个请求却来自旧连接：客户端重连了，或两个进程共用一个"
        "会话。它没有执行；在新连接上重试",
    ),
    "NotReadOnly": (
        "a write on a server in read-only mode, which has no quorum: wait for another",
        "在只读模式（没有 quorum）的服务器上写：等另一台",
    ),
    "EphemeralOnLocalSession": (
        "a local session may make no ephemerals: switch on upgrading",
        "本地会话不能建临时节点：打开会话升级",
    ),
    "NoWatcher": ("there is no such watch to remove", "没有可移除的 watch"),
    "RequestTimeout": (
        "the server did not finish the request in its time",
        "服务器没能按时完成请求",
    ),
    "SessionClosedRequireSaslAuth": (
        "the server wants a SASL login before anything else",
        "服务器要求先 SASL 登录",
    ),
    "QuotaExceeded": (
        "the subtree's quota is used up: listquota shows it",
        "子树的配额用完：listquota 查看",
    ),
    "ThrottledOp": (
        "the server is overloaded and refused the request: slow down, then repeat",
        "服务器过载，拒绝了请求：放慢再试",
    ),
}
CODES: Mapping[str, str] = {
    "0": "OK",
    "-1": "SystemError",
    "-2": "RuntimeInconsistency",
    "-3": "DataInconsistency",
    "-4": "ConnectionLoss",
    "-5": "MarshallingError",
    "-6": "Unimplemented",
    "-7": "OperationTimeout",
    "-8": "BadArguments",
    "-9": "InvalidState",
    "-12": "UnknownSession",
    "-13": "NewConfigNoQuorum",
    "-14": "ReconfigInProgress",
    "-100": "APIError",
    "-101": "NoNode",
    "-102": "NoAuth",
    "-103": "BadVersion",
    "-108": "NoChildrenForEphemerals",
    "-110": "NodeExists",
    "-111": "NotEmpty",
    "-112": "SessionExpired",
    "-113": "InvalidCallback",
    "-114": "InvalidACL",
    "-115": "AuthFailed",
    "-118": "SessionMoved",
    "-119": "NotReadOnly",
    "-121": "NoWatcher",
    "-120": "EphemeralOnLocalSession",
    "-122": "RequestTimeout",
    "-123": "ReconfigDisabled",
    "-124": "SessionClosedRequireSaslAuth",
    "-125": "QuotaExceeded",
    "-127": "ThrottledOp",
}
