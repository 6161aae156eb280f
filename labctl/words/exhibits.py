"""What the classroom says of a stranger's logs and of simulated runs with a bug."""

from collections.abc import Mapping

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
        "有承诺被打破：{verdict}",
    ),
    "ex.no-bug": (
        "no bug is called {name}; there are: {known}",
        "没有名为 {name} 的缺陷；有：{known}",
    ),
    "ex.event.LogRead": ("{lines} lines were explained", "解释了 {lines} 行"),
    "ex.event.LogChange": (
        "n{node} line {line}: {key} ({why})",
        "n{node} 第 {line} 行：{key}（{why}）",
    ),
    "ex.event.RunJudged": (
        "a promise was broken: {verdict}",
        "有承诺被打破：{verdict}",
    ),
}
