"""What the classroom says: steps, predictions, marks, and what is wrong with a file."""

from collections.abc import Mapping

CLASSROOM: Mapping[str, tuple[str, str]] = {
    # --- files -----------------------------------------------------------------
    "ex.file": ("{file}:{line}:{field} {why}", "{file}:{line}:{field} {why}"),
    "ex.file.hint": (
        "labctl ex lint FILE checks it again, by labctl/classroom/schema.json",
        "labctl ex lint FILE 可再次检查；模式文件是 labctl/classroom/schema.json",
    ),
    "ex.yaml": ("is no YAML that is read here: {why}", "不是这里能读的 YAML：{why}"),
    "ex.schema.required": ("is missing", "缺少这一项"),
    "ex.schema.unknown": (
        "is not known here; known: {known}",
        "这里没有这一项；可用的有：{known}",
    ),
    "ex.schema.type": (
        "must be of type {wanted}, not {value}",
        "类型必须是 {wanted}，而不是 {value}",
    ),
    "ex.schema.enum": (
        "must be one of {wanted}, not {value}",
        "必须是 {wanted} 之一，而不是 {value}",
    ),
    "ex.schema.pattern": (
        "must be like {wanted}, not {value}",
        "必须形如 {wanted}，而不是 {value}",
    ),
    "ex.schema.other": (
        "breaks {rule} ({wanted}): {value}",
        "不满足 {rule}（{wanted}）：{value}",
    ),
    "ex.twice": ("{name} stands twice", "{name} 出现了两次"),
    "ex.no-step": ("there is no step {name}", "没有步骤 {name}"),
    "ex.no-check": ("there is no check {name} in this step", "本步骤没有检查 {name}"),
    "ex.no-question": ("there is no question {name}", "没有问题 {name}"),
    "ex.no-event": (
        "no event is called {name}; near: {known}",
        "没有名为 {name} 的事件；相近的有：{known}",
    ),
    "ex.no-field": (
        "the event has no field {name}; it has: {known}",
        "该事件没有字段 {name}；它有：{known}",
    ),
    "ex.no-name": (
        "{name} is neither drawn nor captured; known: {known}",
        "{name} 既未抽取也未捕获；已知的有：{known}",
    ),
    "ex.one-form": ("needs exactly one of: {known}", "必须恰好有其中之一：{known}"),
    "ex.none": ("there is no exercise {name}", "没有练习 {name}"),
    "ex.none.hint": ("labctl ex ls shows all of them", "labctl ex ls 列出全部练习"),
    "ex.none.near": ("did you mean {name}?", "您是否想输入 {name}？"),
    "ex.no-variant": (
        "{file} has no variant {name}; it has: {known}",
        "{file} 没有变体 {name}；它有：{known}",
    ),
    "ex.new": (
        "written  {path}; change it, then labctl ex lint {path}",
        "已写入   {path}；改好之后请运行 labctl ex lint {path}",
    ),
    "ex.new.name": (
        "{name} is no name for an exercise",
        "{name} 不能用作练习名",
    ),
    "ex.new.name.hint": (
        "small letters, digits and -, as in my-first",
        "小写字母、数字和 -，如 my-first",
    ),
    "ex.new.exists": ("{path} exists already", "{path} 已经存在"),
    "ex.new.exists.hint": (
        "labctl ex new with another name",
        "换个名字再运行 labctl ex new",
    ),
    # --- a student -------------------------------------------------------------
    "ex.ls": (
        "{id:<22} level {level} · {minutes:>2} min · {title}{state}",
        "{id:<22} 难度 {level} · {minutes:>2} 分钟 · {title}{state}",
    ),
    "ex.ls.variant": (
        "  --variant {id:<18} {title}",
        "  --variant {id:<18} {title}",
    ),
    "ex.ls.begun": (" · begun", " · 已开始"),
    "ex.ls.next": ("next     labctl ex start ID", "接着     labctl ex start ID"),
    "ex.head": (
        "{id}: {title} · level {level} · {minutes} min · {steps} steps",
        "{id}：{title} · 难度 {level} · {minutes} 分钟 · {steps} 步",
    ),
    "ex.head.step": (
        "{id}: {title} · step {number} of {steps}",
        "{id}：{title} · 第 {number} 步，共 {steps} 步",
    ),
    "ex.text": ("{text}", "{text}"),
    "ex.show.step": ("{id:<12}  {text}", "{id:<12}  {text}"),
    "ex.show.concepts": (
        "terms    {terms}: labctl explain TERM · labctl ex start {id}",
        "术语     {terms}：labctl explain 术语 · labctl ex start {id}",
    ),
    "ex.show.requires": ("before   {ids}", "先做     {ids}"),
    "ex.ask": ("predict  {ask}", "预测     {ask}"),
    "ex.option": ("         {number}  {option}", "         {number}  {option}"),
    "ex.answer": (
        "         {form}",
        "         {form}",
    ),
    "ex.do": ("then     {command}", "然后     {command}"),
    "ex.do.now": ("do       {command}", "执行     {command}"),
    "ex.do.more": ("         {command}", "         {command}"),
    "ex.then": (
        "see      labctl ex check · labctl ex hint",
        "查看     labctl ex check · labctl ex hint",
    ),
    "ex.resumed": (
        "taken up where {student} left it; --again begins anew",
        "从 {student} 上次停下的地方继续；--again 从头开始",
    ),
    "ex.lab-is-up": (
        "the lab {lab} is up already; labctl down ends it, so that the first step "
        "begins with none",
        "实验 {lab} 已在运行；请用 labctl down 结束它，第一步要从没有实验开始",
    ),
    "ex.other": (
        "{name} was begun by {student}, variant {variant}",
        "{name} 已由 {student} 开始，变体 {variant}",
    ),
    "ex.other.hint": (
        "leave --student and --variant out to go on; --again begins anew",
        "不写 --student 和 --variant 可继续；--again 从头开始",
    ),
    "ex.no-attempt": ("no exercise was begun", "还没有开始任何练习"),
    "ex.no-attempt.hint": (
        "labctl ex ls, then labctl ex start ID",
        "先 labctl ex ls，再 labctl ex start ID",
    ),
    "ex.damaged": (
        "{folder} cannot be read, or the exercise was changed meanwhile",
        "{folder} 无法读取，或练习在此期间被改动",
    ),
    "ex.damaged.hint": (
        "labctl ex start {name} --again",
        "labctl ex start {name} --again",
    ),
    "ex.locked": ("locked   {question}: {said}", "已锁定   {question}：{said}"),
    "ex.locked.late": (
        "too late for {question}: {said} is kept, but something was done before; it "
        "scores nothing",
        "{question} 太晚了：{said} 已保存，但之前已经动手；不得分",
    ),
    "ex.locked.already": (
        "{question} is locked already: {said}",
        "{question} 早已锁定：{said}",
    ),
    "ex.no-answer": (
        "{said!r} is no answer to {question}",
        "{said!r} 不能回答 {question}",
    ),
    "ex.no-answer.hint": (
        "{form}; the question stays open",
        "{form}；问题仍未锁定",
    ),
    "ex.no-answer.nodes": (
        "the servers are {nodes}: {form}; the question stays open",
        "服务器是 {nodes}：{form}；问题仍未锁定",
    ),
    "ex.nothing-said": ("what is your answer?", "您的回答是什么？"),
    "ex.no-questions": ("this step asks nothing", "这一步没有问题"),
    "ex.no-such-question.hint": ("this step asks: {known}", "这一步问的是：{known}"),
    "ex.mark": ("{sign} {points}  {title}{state}", "{sign} {points}  {title}{state}"),
    "ex.points": ("{score}/{most}", "{score}/{most}"),
    "ex.unreached": (": not reached yet", "：尚未到达"),
    "ex.said.on-time": ("         you predicted {said}", "         您预测 {said}"),
    "ex.said.late": (
        "         you predicted {said}, but only after something was done",
        "         您预测 {said}，但那时已经动手了",
    ),
    "ex.said.shown": (
        "         you predicted {said}, but the solution was shown before",
        "         您预测 {said}，但之前已看过答案",
    ),
    "ex.said.unsaid": ("         you did not predict it", "         您没有预测"),
    "ex.was": ("         it was {true}", "         实际是 {true}"),
    "ex.reply": ("         {text}", "         {text}"),
    "ex.evidence": ("  {name:<7} {words}", "  {name:<7} {words}"),
    "ex.event.why": (" ({why})", "（{why}）"),
    "ex.evidence.how": (
        "why      while the lab is up: labctl why --event N explains event eN, labctl "
        "export --at eN draws it",
        "原因     实验运行时，labctl why --event N 解释事件 eN，labctl export --at eN "
        "画出它",
    ),
    "ex.rule": ("  rule     {rule}", "  规则     {rule}"),
    "ex.explain": ("         {text}", "         {text}"),
    "ex.sum": (
        "points   {score} of {most} ({percent} %)",
        "得分     {score}/{most}（{percent} %）",
    ),
    "ex.sum.hints": (
        "points   {score} of {most} ({percent} %); hints cost {hints}",
        "得分     {score}/{most}（{percent} %）；提示扣除 {hints}",
    ),
    "ex.after.next": ("next     labctl ex next", "接着     labctl ex next"),
    "ex.after.last": (
        "done     labctl ex submit writes what was recorded · labctl down",
        "完成     labctl ex submit 写出录像 · labctl down",
    ),
    "ex.after.more": (
        "next     do what is missing, then labctl ex check · labctl ex hint",
        "接着     补上缺少的，再 labctl ex check · labctl ex hint",
    ),
    "ex.not-done": ("this step is not done", "这一步还没有完成"),
    "ex.not-done.hint": (
        "see above; --skip goes on without its points",
        "见上；--skip 放弃这一步的分数，继续下一步",
    ),
    "ex.hint": (
        "hint {number} of {all}, costs {cost}",
        "第 {number} 个提示，共 {all} 个，扣 {cost} 分",
    ),
    "ex.hint.none": ("there are no more hints", "没有更多提示了"),
    "ex.solve": ("solution {command}", "答案     {command}"),
    "ex.solve.sure": (
        "A prediction after that scores nothing. Show the solution?",
        "看过答案后再预测不得分。要看答案吗？",
    ),
    "ex.solve.predict": (
        "this step asks for a prediction first",
        "这一步要先预测",
    ),
    "ex.solve.hint": (
        "labctl ex predict …, or labctl ex solve --yes without its points",
        "labctl ex predict …，或 labctl ex solve --yes 放弃其分数",
    ),
    "ex.submitted": (
        "written  {path} ({events} events); hand this file in",
        "已写入   {path}（{events} 个事件）；请提交这个文件",
    ),
    "ex.submit.hint": (
        "labctl ex start ID --again, and without a load this time",
        "labctl ex start ID --again，这次不要加负载",
    ),
    # --- before a class ----------------------------------------------------------
    "present.prompt": (
        "page {page} of {pages} · Enter: on · b: back · q: leave",
        "第 {page}/{pages} 页 · 回车：继续 · b：后退 · q：离开",
    ),
    "present.count": (
        "count    by hand: an answer and how many gave it, as in 2 14",
        "计票     手工：答案和人数，如 2 14",
    ),
    "present.class": (
        "class    {form} · labctl ex submit -o {folder}",
        "学生     {form} · labctl ex submit -o {folder}",
    ),
    "present.others": (
        "         other answers: {number}",
        "         其他答案：{number}",
    ),
    "present.nobody": (
        "         no predictions yet",
        "         还没有预测",
    ),
    "present.who-said": (
        "  if {said}",
        "  若预测 {said}",
    ),
    "present.no-story": (
        "         not simulated: do it in a lab and watch",
        "         无法模拟：请在实验里执行并观察",
    ),
    "present.resumed": (
        "goes on at page {page}, where you left; --again begins anew",
        "从您离开的第 {page} 页继续；--again 从头开始",
    ),
    "present.left": (
        "left     labctl ex present {id} goes on here",
        "已离开   labctl ex present {id} 从这里继续",
    ),
    "present.end": (
        "end      labctl ex start {id} · labctl grade FOLDER --format html",
        "结束     labctl ex start {id} · labctl grade 目录 --format html",
    ),
    # --- lint --------------------------------------------------------------------
    "lint.ok": ("{name}: no problems", "{name}：没有问题"),
    "lint.problem": ("{name}: {what}", "{name}：{what}"),
    "lint.same": (
        "both languages say the same: {text}",
        "两种语言的文字相同：{text}",
    ),
    "lint.term": (
        "labctl explain does not know the term {term}",
        "labctl explain 没有术语 {term}",
    ),
    "lint.unanswered": (
        "no misconception answers a wrong prediction of {name}",
        "{name} 的错误预测没有相应的误解说明",
    ),
    "lint.cannot": (
        "seed {seed}: the simulator cannot perform it: {why}",
        "种子 {seed}：模拟器无法执行：{why}",
    ),
    "lint.unresolved": (
        "seed {seed}: the solution never captures {name}",
        "种子 {seed}：答案没有捕获 {name}",
    ),
    "lint.solution": (
        "seed {seed}: the solution scores {percent} %, not 100: {failed}",
        "种子 {seed}：答案得 {percent} %，而不是 100：{failed}",
    ),
    "lint.idle": (
        "seed {seed}: doing nothing scores {percent} %",
        "种子 {seed}：什么都不做也得 {percent} %",
    ),
    "lint.misconception": (
        "seed {seed}: {name} scores {percent} %, not {due}",
        "种子 {seed}：{name} 得 {percent} %，而不是 {due}",
    ),
    "lint.no-reply": (
        "seed {seed}: nobody is answered who predicts {name}",
        "种子 {seed}：预测 {name} 的人得不到回答",
    ),
    # --- play ----------------------------------------------------------------------
    "play.intro": (
        "Three servers keep one small tree of data and must agree on every change. One "
        "of them, the leader, puts all changes in order. It needs a majority: 2 of 3.",
        "三台服务器共同保存一棵小小的数据树，每次修改都必须达成一致。"
        "其中一台是 leader，由它给所有修改排序。它需要多数：3 台中的 2 台。",
    ),
    "play.ask": (
        "n{leader} leads. It will be killed now. Who leads then?  [{others}]",
        "n{leader} 是 leader。现在要杀死它。之后谁是 leader？  [{others}]",
    ),
    "play.unsaid": ("no prediction: watch what happens", "没有预测：看看会发生什么"),
    "play.right": (
        "You predicted n{said}, and n{leader} leads.",
        "您预测 n{said}，现在 n{leader} 是 leader。",
    ),
    "play.wrong": (
        "You predicted n{said}, but n{leader} leads.",
        "您预测 n{said}，但 n{leader} 是 leader。",
    ),
    "play.was": ("Now n{leader} leads.", "现在 n{leader} 是 leader。"),
    "play.why": (
        "Two of three are left: a majority, so they may go on. Both have the same "
        "data, so the higher id wins. With different data, the newer data would have "
        "won, so that nothing that was promised is lost.",
        "三台中还剩两台：仍是多数，可以继续。两台的数据相同，所以编号大的获胜。"
        "若数据不同，数据更新的获胜，这样承诺过的都不会丢失。",
    ),
    "play.no-ports": (
        "no free block of ports was found",
        "没有找到空闲的端口段",
    ),
    "play.next": (
        "next     labctl ex ls · labctl replay latest · labctl up",
        "接着     labctl ex ls · labctl replay latest · labctl up",
    ),
}
