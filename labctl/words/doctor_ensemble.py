"""Findings about an ensemble: myid, server lines, and what files say of each other."""

from collections.abc import Mapping

from labctl.words.doctor_parts import Said

SERVERS: Mapping[str, Said] = {
    "my-id-missing": (
        ("there is no {path}", "没有 {path}"),
        (
            "the server does not know which server.N it is, and does not start",
            "服务器不知道自己是哪个 server.N，无法启动",
        ),
        (
            "echo N > {path}, with N of its own line",
            "echo N > {path}，N 是自己那行的编号",
        ),
    ),
    "my-id-elsewhere": (
        ("{path} cannot be looked at from here", "在这里看不到 {path}"),
        (
            "the files may be from another machine: own line and myid stay unchecked",
            "文件可能来自别的机器：自己那行与 myid 无法核对",
        ),
        (
            "copy each myid beside its file's folder, or run this there",
            "到那台机器上运行",
        ),
    ),
    "my-id-text": (
        (
            "myid holds {said}, which is no plain number",
            "myid 内容是 {said}，不是纯数字",
        ),
        (
            "the first line must be the number alone: no space, no sign, no BOM",
            "第一行只能是数字：不能有空格、符号或 BOM",
        ),
        ("echo N > myid", "echo N > myid"),
    ),
    "my-id-not-listed": (
        (
            "myid is {my_id}, but there are only the servers {ids}",
            "myid 是 {my_id}，但只有服务器 {ids}",
        ),
        (
            "the server does not find itself, and does not start",
            "服务器找不到自己，无法启动",
        ),
        (
            "correct myid, or add server.{my_id} to every file",
            "改正 myid，或在每个文件里加上 server.{my_id}",
        ),
    ),
    "my-id-range": (
        ("myid {my_id} is not within 1 to 255", "myid {my_id} 不在 1 到 255 之间"),
        (
            "session ids carry it in one byte: two servers may give out the same",
            "会话编号只用一个字节存它：两台服务器可能发出相同的编号",
        ),
        ("choose a number from 1 to 255", "换成 1 到 255 之间的数"),
    ),
    "server-line": (
        ("{key}={value} cannot be read", "{key}={value} 无法解析"),
        (
            "a line is server.N=host:quorum port:election port, perhaps :observer",
            "格式是 server.N=host:port:port（quorum 端口、选举端口），可加 :observer",
        ),
        ("server.1=zk1:2888:3888", "server.1=zk1:2888:3888"),
    ),
    "role": (
        ("there is no role {role}", "没有 {role} 这种角色"),
        ("the server does not start", "服务器无法启动"),
        ("participant or observer", "写 participant 或 observer"),
    ),
    "ports-same": (
        (
            "server.{sid} has port {port} for both quorum and election",
            "server.{sid} 的 quorum 与选举端口都是 {port}",
        ),
        (
            "two listeners cannot share a port; the server does not start",
            "两个监听不能共用端口；服务器无法启动",
        ),
        ("2888 for the quorum, 3888 for elections", "quorum 用 2888，选举用 3888"),
    ),
    "port-twice": (
        (
            "{key} wants port {port} of {host}, which is {other}'s",
            "{key} 要用 {host} 的端口 {port}，但它属于 {other}",
        ),
        (
            "whoever starts second cannot listen: `Address already in use`",
            "后启动的无法监听：`Address already in use`",
        ),
        (
            "own ports for each server of one host: 2888, 2889, 2890 …",
            "同一主机上各用各的：2888、2889、2890……",
        ),
    ),
    "client-port-taken": (
        (
            "clientPort {port} is also this server's {kind} port",
            "clientPort {port} 同时是本机的 {kind} 端口",
        ),
        ("two listeners cannot share a port", "两个监听不能共用端口"),
        ("clientPort=2181", "clientPort=2181"),
    ),
    "any-address": (
        (
            "server.{sid} is {host}, which is no address that others can call",
            "server.{sid} 写成 {host}，别人无法用它连接",
        ),
        (
            "it listens, but tells others to call it there: they call themselves. Not"
            " seen while every file names a real host for the others and nothing is"
            " reconfigured; then comes a restart",
            "它能监听，却让别人用这个地址连它，别人就连到自己。其他文件若写了真实主机名"
            "且不做 reconfig，一时看不出，重启时才暴露",
        ),
        (
            "write its real host name, and to listen everywhere"
            " quorumListenOnAllIPs=true",
            "写真实主机名；要监听所有网卡，用 quorumListenOnAllIPs=true",
        ),
    ),
    "any-address-other": (
        (
            "server.{sid}, another server, is {host}",
            "另一台服务器 server.{sid} 写成 {host}",
        ),
        (
            "to connect there is to connect to oneself: server.{sid} is never reached",
            "连这个地址就是连自己：永远连不到 server.{sid}",
        ),
        ("write its real host name", "写它的真实主机名"),
    ),
    "loopback": (
        (
            "server.{sid} is {host} beside servers of other hosts",
            "server.{sid} 写成 {host}，而别的服务器在其他主机",
        ),
        (
            "on every other machine that name means the machine itself",
            "在别的机器上，这个名字指的是那台机器自己",
        ),
        ("write its real host name in every file", "在每个文件里写真实主机名"),
    ),
    "peer-type": (
        (
            "peerType says {said}, the server line says {role}",
            "peerType 是 {said}，server 行是 {role}",
        ),
        ("the server line wins, with a WARN", "以 server 行为准，并打印 WARN"),
        ("make them agree", "改成一致"),
    ),
    "no-voters": (
        ("there are only observers", "只有 observer"),
        (
            "nobody votes, so nobody can lead; servers do not start",
            "没人投票，无法启动",
        ),
        ("three voters at least", "至少三个投票节点"),
    ),
    "alone": (
        ("only one server votes", "只有一个投票节点"),
        (
            "ZooKeeper then runs standalone, and its death is everybody's",
            "ZooKeeper 会以 standalone 运行，它一倒就全停",
        ),
        ("three voters survive one death", "三个投票节点可承受一个故障"),
    ),
    "even": (
        (
            "{n} voters survive {deaths} deaths, as {fewer} would",
            "{n} 个投票节点能承受 {deaths} 个故障，和 {fewer} 个一样",
        ),
        (
            "a majority of {n} is larger, so each write waits for one more disk",
            "{n} 个的多数派更大，每次写要多等一块磁盘",
        ),
        (
            "an odd number of voters; make the rest observers",
            "投票节点取奇数；多出来的做 observer",
        ),
    ),
}

BETWEEN: Mapping[str, Said] = {
    "my-id-twice": (
        (
            "myid {my_id} is also that of {other}",
            "myid {my_id} 与 {other} 的相同",
        ),
        (
            "two servers under one number: each cuts the other's connections, and both"
            " would vote",
            "两台服务器同一编号：互相断开对方的连接，而且都会投票",
        ),
        ("give every server its own number", "每台服务器用各自的编号"),
    ),
    "list-lacks": (
        (
            "server.{sid} is missing; {other} has it",
            "缺少 server.{sid}；{other} 里有",
        ),
        (
            "servers that count different members mean different majorities: two"
            " leaders become possible",
            "成员数不同，多数派就不同：可能出现两个 leader",
        ),
        ("the same server lines in every file", "每个文件写同样的 server 行"),
    ),
    "swapped": (
        (
            "server.{sid} has {theirs} here, and {ports} in {other}",
            "server.{sid} 在这里是 {theirs}，在 {other} 里是 {ports}",
        ),
        (
            "quorum and election port are swapped: votes go where the quorum protocol"
            " listens, and connections break without end",
            "quorum 与选举端口写反了：选票发到 quorum 端口，连接不断中断",
        ),
        (
            "first the quorum port (2888), then the election port (3888)",
            "先 quorum 端口（2888），后选举端口（3888）",
        ),
    ),
    "list-ports": (
        (
            "server.{sid} has ports {theirs} here, and {ports} in {other}",
            "server.{sid} 的端口在这里是 {theirs}，在 {other} 里是 {ports}",
        ),
        ("one of them calls a port where nobody listens", "其中一方连到没人监听的端口"),
        ("the same server lines in every file", "每个文件写同样的 server 行"),
    ),
    "list-roles": (
        (
            "server.{sid} is {their} here, and {role} in {other}",
            "server.{sid} 在这里是 {their}，在 {other} 里是 {role}",
        ),
        (
            "servers that count different voters mean different majorities",
            "各自数的投票者不同，多数派就不同",
        ),
        ("the same server lines in every file", "每个文件写同样的 server 行"),
    ),
    "list-crossed": (
        (
            "{ids} have their hosts swapped between this file and {other}",
            "{ids} 的主机在本文件与 {other} 之间互换了",
        ),
        (
            "the files disagree on who is who: a server binds another machine's address"
            " (Cannot assign requested address), and votes go to the wrong one",
            "两个文件对“谁是谁”说法不一：服务器会去绑定别的机器的地址（Cannot assign"
            " requested address），选票也送错人",
        ),
        (
            "find which list matches hosts and myid, write the same list on every"
            " server, restart the corrected one alone; leave myid and data as they are",
            "看哪一份与主机和 myid 相符，每台写同样的列表，只重启改过的那台；"
            "myid 和数据不要动",
        ),
    ),
    "list-hosts": (
        (
            "server.{sid} is on {their} here, and on {host} in {other}",
            "server.{sid} 在这里是 {their}，在 {other} 里是 {host}",
        ),
        (
            "right only if both names lead to the same machine",
            "只有两个名字指向同一台机器才对",
        ),
        ("the same server lines in every file", "每个文件写同样的 server 行"),
    ),
    "limits-differ": (
        (
            "{key} is {theirs} here, and {mine} in {other}",
            "{key} 在这里是 {theirs}，在 {other} 里是 {mine}",
        ),
        (
            "each measures by its own values: whoever leads decides the time-outs",
            "各按自己的时间衡量别人：谁当 leader，超时就按谁的",
        ),
        ("the same value in every file", "每个文件写同样的值"),
    ),
    "client-port-twice": (
        (
            "clientPort {port} on {host} is also that of {other}",
            "{host} 上的 clientPort {port} 与 {other} 相同",
        ),
        ("whoever starts second cannot listen, and ends", "后启动的无法监听而退出"),
        ("2181, 2182, 2183 on one host", "同一主机上用 2181、2182、2183"),
    ),
    "data-dir-twice": (
        (
            "dataDir {folder} on {host} is also that of {other}",
            "{host} 上的 dataDir {folder} 与 {other} 相同",
        ),
        (
            "two servers with one myid and one log: each destroys the other's",
            "两台服务器共用 myid 和日志：互相破坏",
        ),
        ("a folder for each", "各用各的目录"),
    ),
    "admin-port-twice": (
        (
            "the AdminServer's port {port} on {host} is also that of {other}",
            "{host} 上 AdminServer 的端口 {port} 与 {other} 相同",
        ),
        (
            "8080 unless said otherwise: whoever starts second has no AdminServer, and"
            " says so in a WARN that looks like the cause of everything",
            "不写就是 8080：后启动的没有 AdminServer，还打印一条看似罪魁祸首的 WARN",
        ),
        (
            "admin.serverPort=8081, 8082, 8083, or admin.enableServer=false",
            "admin.serverPort=8081、8082、8083，或 admin.enableServer=false",
        ),
    ),
    "unresolved": (
        ("{host} has no address on this machine", "本机解析不到 {host}"),
        (
            "a server looks it up at every call and goes on trying; if that holds where"
            " the servers run, they never meet",
            "每次连接都会重新解析；若服务器所在机器也解析不到，就永远连不上",
        ),
        ("DNS, or /etc/hosts on every server", "配好 DNS，或每台服务器的 /etc/hosts"),
    ),
}
