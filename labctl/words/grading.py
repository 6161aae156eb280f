"""What grading says: submissions that are refused, marks, moments, and reruns."""

from collections.abc import Mapping

GRADING: Mapping[str, tuple[str, str]] = {
    # --- submissions and grades --------------------------------------------------
    "sub.large": ("larger than {limit} MiB", "大于 {limit} MiB"),
    "sub.bomb": ("unpacks to more than {limit} MiB", "解压后超过 {limit} MiB"),
    "sub.long": ("more than {limit} events", "超过 {limit} 个事件"),
    "sub.no-file": ("no plain file", "不是普通文件"),
    "sub.unreadable": ("cannot be read: {why}", "无法读取：{why}"),
    "sub.empty": ("empty", "空文件"),
    "sub.not-packed": (
        "no submission, or cut off: not the whole of a gzip file",
        "不是提交，或被截断：不是完整的 gzip 文件",
    ),
    "sub.no-text": ("no UTF-8 text", "不是 UTF-8 文本"),
    "sub.head": (
        "its first line names no exercise and student",
        "第一行没有写明练习和学生",
    ),
    "sub.line": ("line {line} is no event of ours", "第 {line} 行不是我们的事件"),
    "sub.no-exercise": ("there is no exercise {name}", "没有练习 {name}"),
    "sub.slow": ("takes too long to grade", "评分耗时过长"),
    "sub.piles-up": (
        "has more sessions, votes or gaps in a log open at once than a lab can have",
        "同时存在的会话、选票或日志空洞多于任何实验所能有的",
    ),
    "sub.breaks": ("its events make no sense together", "其事件前后矛盾"),
    "sub.changed": (
        "changed after it was recorded: it scores nothing",
        "录制后被修改过：不得分",
    ),
    "grade.row": (
        "{student:<16} {exercise:<18} {score:>5} of {most:<5} {percent:>5} %  {why}",
        "{student:<16} {exercise:<18} {score:>5}/{most:<5} {percent:>5} %  {why}",
    ),
    "grade.refused": ("{file}: refused: {why}", "{file}：拒收：{why}"),
    "grade.none": ("{path} holds no submission", "{path} 里没有提交"),
    "grade.none.hint": (
        "labctl ex submit writes them; their names end in .sub.gz",
        "labctl ex submit 会写出提交；文件名以 .sub.gz 结尾",
    ),
    "grade.format": ("there is no format {name}", "没有格式 {name}"),
    "grade.format.hint": ("one of {known}", "可选 {known}"),
    "grade.no-check": (
        "{name} is no check of {exercise}",
        "{name} 不是 {exercise} 的检查",
    ),
    "grade.no-check.hint": ("it has {known}", "它有 {known}"),
    "grade.page.title": ("Grades of the class", "全班成绩"),
    "grade.page.student": ("student", "学生"),
    "grade.page.exercise": ("exercise", "练习"),
    "grade.page.points": ("points", "得分"),
    "grade.page.predictions": ("What the class predicted", "全班的预测"),
    "grade.page.right": ("right", "正确"),
    "grade.page.rule": ("rule", "规则"),
    "grade.page.event": ("event", "事件"),
    "grade.word.true": ("passed", "通过"),
    "grade.word.false": ("failed", "未通过"),
    "grade.word.none": ("not reached", "未到达"),
    "moment.at": (
        "What led to {event}",
        "{event} 的来龙去脉",
    ),
    "moment.until": (
        "Nothing of the kind happened until {event}",
        "直到 {event} 都没有发生这样的事",
    ),
    "moment.see": ("  picture  {command}", "  图示     {command}"),
    "moment.never": (
        "  {event:<7} nothing of the kind happened until here",
        "  {event:<7} 到此为止都没有发生这样的事",
    ),
    "grade.why": (
        "why      labctl why --event N --run {file} explains event eN",
        "原因     labctl why --event N --run {file} 解释事件 eN",
    ),
    # --- done again ------------------------------------------------------------
    "rerun.mark": ("           {words}", "           {words}"),
    "rerun.words": (
        "recording {recorded}, rerun {rerun}",
        "录像 {recorded}，重做 {rerun}",
    ),
    "rerun.passed": ("✓", "✓"),
    "rerun.failed": ("✗", "✗"),
    "rerun.unreached": ("· (not reached)", "·（未到达）"),
    "rerun.seed": ("done again with seed {seed}", "以种子 {seed} 重做"),
    "rerun.stopped": (
        "done again with seed {seed}; ended early: {why}",
        "以种子 {seed} 重做；提前结束：{why}",
    ),
    "rerun.cannot": (
        "the simulator has no verb {verb}",
        "模拟器没有动词 {verb}",
    ),
    "rerun.unrepeatable": (
        "this exercise cannot be done again: the recording decides",
        "这个练习无法重做：以录像为准",
    ),
    "rerun.broken": ("the simulator saw {why}", "模拟器发现 {why}"),
    "rerun.senseless": (
        "a command makes no sense there",
        "有一条命令在那里没有意义",
    ),
}
