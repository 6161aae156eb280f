"""Some sixty terms of the field, each explained in a few sentences."""

from collections.abc import Mapping

from labctl.words.glossary_data import CLIENTS, HISTORY, TROUBLE
from labctl.words.glossary_ensemble import ENSEMBLE
from labctl.words.glossary_zab import MESSAGES

_FRAME: Mapping[str, tuple[str, str]] = {
    "theme.ensemble": ("ensemble and election", "集群与选举"),
    "theme.zab": ("Zab and its messages", "Zab 及其消息"),
    "theme.history": ("history and disks", "历史与磁盘"),
    "theme.clients": ("clients and data", "客户端与数据"),
    "theme.trouble": ("faults and time", "故障与时间"),
    "explain.next": (
        "labctl explain zxid explains one",
        "labctl explain zxid 解释其中一个",
    ),
    "explain.ours": ("source   {path}", "源码   {path}"),
    "explain.theirs": ("elsewhere  {where}", "出处   {where}"),
    "explain.related": ("related  {terms}", "相关   {terms}"),
    "explain.live": ("in your lab  {example}", "在你的实验里  {example}"),
    "explain.unknown": ("no term {term} is known here", "这里没有 {term} 这个词条"),
    "explain.near": ("did you mean {near}?", "你是不是想查 {near}？"),
    "explain.all": ("labctl explain lists all terms", "labctl explain 列出所有词条"),
    "live.zxid": (
        "n{sid}'s last zxid is {zxid} = epoch {epoch}, counter {counter}",
        "n{sid} 最后的 zxid 是 {zxid}，即 epoch {epoch}、计数 {counter}",
    ),
    "live.quorum": (
        "{alive} of {voters} voters run, {need} are a quorum",
        "{voters} 个投票者中 {alive} 个在运行，{need} 个即为法定人数",
    ),
    "live.leader": (
        "n{sid} leads epoch {epoch}; {learners} follow it",
        "n{sid} 领导 epoch {epoch}；跟随者：{learners}",
    ),
    "live.no-leader": ("nobody leads right now", "现在没有 leader"),
    "live.observers": ("observers: {sids}", "observer：{sids}"),
    "live.epochs": (
        "n{sid} has promised epoch {accepted}, and its history is of epoch {current}",
        "n{sid} 承诺过 epoch {accepted}，其历史属于 epoch {current}",
    ),
    "live.round": (
        "the last election was round {round}: labctl votes shows it",
        "最近一次选举是第 {round} 轮：labctl votes 可以查看",
    ),
    "live.took": (
        "n{sid} needed {took} ms to decide for n{leader}",
        "n{sid} 用了 {took} ms 决定选 n{leader}",
    ),
    "live.seen": (
        "{count} times; last: e{number}, n{sid}: labctl why --event {number}",
        "{count} 次；最近一次：e{number}，n{sid}：labctl why --event {number}",
    ),
    "live.unseen": ("has not happened yet", "还没有发生过"),
    "live.log": (
        "n{sid} has {count} transactions in its log: labctl log",
        "n{sid} 的日志里有 {count} 个事务：labctl log",
    ),
    "live.doomed": (
        "n{sid} holds {count} that are doomed",
        "n{sid} 有 {count} 个注定丢弃",
    ),
    "live.sessions": (
        "{count} clients are connected: labctl sessions",
        "{count} 个客户端已连接：labctl sessions",
    ),
    "live.faults": ("faults that stand: {faults}", "现有故障：{faults}"),
    "live.no-faults": ("no fault stands", "目前没有故障"),
    "live.tick": (
        "tick {tick} ms, initLimit {init}, syncLimit {sync}: silence is forgiven for"
        " {patience} ms",
        "tick {tick} ms，initLimit {init}，syncLimit {sync}：可以容忍"
        " {patience} ms 的沉默",
    ),
}

GLOSSARY: Mapping[str, tuple[str, str]] = {
    **_FRAME,
    **ENSEMBLE,
    **MESSAGES,
    **HISTORY,
    **CLIENTS,
    **TROUBLE,
}
