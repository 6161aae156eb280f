"""What the classroom says of a stranger's logs and of simulated runs with a bug."""

from collections.abc import Mapping

_BECAUSE: Mapping[str, tuple[str, str]] = {
    "no-quorum": ("quorum lost: too few followers", "失去 quorum：follower 太少"),
    "stepped-down": ("stopped leading", "不再领导"),
    "joined": (
        "somebody already leads: no new election",
        "已有 leader：无需再选",
    ),
    "newer-epoch": ("its candidate's epoch is newer", "候选者的 epoch 更新"),
    "newer-zxid": (
        "same epoch, its candidate's zxid is newer",
        "epoch 相同，候选者的 zxid 更新",
    ),
    "higher-id": (
        "same epoch, same zxid, its candidate's id is higher",
        "epoch 与 zxid 都相同，候选者的 id 更大",
    ),
    "only": ("only one candidate was heard", "只听到一个候选者"),
    "same": ("nothing is missing", "什么都不缺"),
}

EXHIBITS: Mapping[str, tuple[str, str]] = {
    "ex.look.first": ("look     labctl ex look", "查看     labctl ex look"),
    "ex.look.log": ("--- {file}", "--- {file}"),
    "ex.look.command": ("$ {command}", "$ {command}"),
    "ex.look.answer": (
        "          n{node} answers {op} {path}: {answer}",
        "          n{node} 对 {op} {path} 回答：{answer}",
    ),
    "ex.look.replay": (
        "more     labctl replay {path} -v",
        "更多     labctl replay {path} -v",
    ),
    "ex.look.next": (
        "next     labctl ex predict, then labctl ex reveal",
        "接着     先 labctl ex predict，再 labctl ex reveal",
    ),
    "ex.look.none": (
        "this step has no logs and no simulated run",
        "这一步没有日志，也没有模拟运行",
    ),
    "ex.look.none.hint": (
        "labctl ex show says what to do in it",
        "labctl ex show 说明这一步做什么",
    ),
    "ex.reveal.read": ("this is  labctl read {files}", "即       labctl read {files}"),
    "ex.reveal.broken": (
        "a promise was broken: {verdict}",
        "有承诺被打破。检查器的原话：{verdict}",
    ),
    "ex.no-bug": (
        "no bug is called {name}; there are: {known}",
        "没有名为 {name} 的缺陷；有：{known}",
    ),
    "ex.event.LogRead": ("{lines} lines were explained", "解释了 {lines} 行"),
    "ex.event.LogChange": (
        "n{node} line {line}: {change}{because}",
        "n{node} 第 {line} 行：{change}{because}",
    ),
    "ex.change.sync": ("synchronises by {mode}", "以 {mode} 方式同步"),
    "ex.event.RunJudged": (
        "a promise was broken: {verdict}",
        "有承诺被打破。检查器的原话：{verdict}",
    ),
    # Why a log's server changed, where `labctl read` says it with facts of the log.
    **{f"ex.because.{key}": words for key, words in _BECAUSE.items()},
}
