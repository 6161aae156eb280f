"""What the keys of TLS mean: `ssl.KEY` for clients, `ssl.quorum.KEY` for servers."""

from collections.abc import Mapping

_MEANINGS = {
    "keyStore.location": (
        "the file with our key and certificate {with_whom}: PEM, PKCS #12 or JKS",
        "存放我们的密钥和证书的文件{with_whom}：PEM、PKCS #12 或 JKS",
    ),
    "keyStore.password": ("what opens the key store", "打开密钥库的密码"),
    "keyStore.passwordPath": (
        "a file whose first line opens the key store",
        "一个文件，它的第一行打开密钥库",
    ),
    "keyStore.type": (
        "what the key store is; we see it in the file itself",
        "密钥库的类型；我们从文件本身看出来",
    ),
    "trustStore.location": (
        "the file with the certificates that we believe {with_whom}",
        "存放我们信任的证书的文件{with_whom}",
    ),
    "trustStore.password": ("what opens the trust store", "打开信任库的密码"),
    "trustStore.passwordPath": (
        "a file whose first line opens the trust store",
        "一个文件，它的第一行打开信任库",
    ),
    "trustStore.type": (
        "what the trust store is; we see it in the file itself",
        "信任库的类型；我们从文件本身看出来",
    ),
    "clientAuth": (
        "none, want or need: whether who calls must show a certificate",
        "none、want 或 need：呼叫方是否必须出示证书",
    ),
    "hostnameVerification": (
        "true: a certificate must name the host that shows it",
        "true：证书必须写着出示它的主机",
    ),
    "clientHostnameVerification": (
        "true: that also holds for who calls us",
        "true：对呼叫我们的一方也这样要求",
    ),
    "protocol": (
        "the version of TLS: TLSv1.2 or TLSv1.3",
        "TLS 的版本：TLSv1.2 或 TLSv1.3",
    ),
    "enabledProtocols": (
        "the versions of TLS that may be spoken, with commas",
        "允许的 TLS 版本，用逗号分隔",
    ),
    "ciphersuites": (
        "the ciphers that may be used; refused here: the library chooses",
        "允许使用的密码套件；本节点拒绝此设置，由库选择",
    ),
    "handshakeDetectionTimeoutMillis": (
        "how long one port waits to see whether TLS is spoken, in ms",
        "同一个端口等多久来判断对方说不说 TLS，毫秒",
    ),
    "crl": (
        "true: certificates are looked up in lists of revoked ones; refused here",
        "true：查询吊销列表；本节点拒绝此设置",
    ),
    "ocsp": (
        "true: it is asked online whether a certificate was revoked; refused here",
        "true：在线查询证书是否吊销；本节点拒绝此设置",
    ),
    "context.supplier.class": (
        "a Java class that makes the TLS context; refused here",
        "构造 TLS 上下文的 Java 类；本节点拒绝此设置",
    ),
}
_WITH_WHOM = {
    "ssl.": ("for clients", "（对客户端）"),
    "ssl.quorum.": ("for the other servers", "（对其他服务器）"),
}

TLS: Mapping[str, tuple[str, str]] = {
    f"set.{prefix}{name}": (
        english.replace("{with_whom}", whom[0]),
        chinese.replace("{with_whom}", whom[1]),
    )
    for prefix, whom in _WITH_WHOM.items()
    for name, (english, chinese) in _MEANINGS.items()
} | {
    "set.client.portUnification": (
        "true: clientPort takes clients with and without TLS",
        "true：clientPort 同时接受带和不带 TLS 的客户端",
    ),
    "set.client.certReload": (
        "true: changed certificates for clients are read again",
        "true：面向客户端的证书变化时重新读取",
    ),
}
