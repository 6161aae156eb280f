"""Findings in what containers keep, and in how pods wait for one another."""

from collections.abc import Mapping

from labctl.words.doctor_parts import Said

KEPT: Mapping[str, Said] = {
    "c-log-not-kept": (
        (
            "{name} keeps {data} in a volume, and not {log}, where this image writes"
            " the transaction log",
            "{name} 把 {data} 放在卷里，却没有 {log}，而这个镜像把事务日志写在那里",
        ),
        (
            "when the container is removed and made anew (down, up) it gets an empty"
            " {log}: an old snapshot without the transactions since, data is lost",
            "容器删掉重建（down、up）后 {log} 是空的：只剩旧快照，没有其后的事务，"
            "数据丢失",
        ),
        (
            "before the container is removed, copy its {log} (docker cp); then a named"
            " volume for {log}, with that copy in it; no down -v, no volume prune",
            "删容器前先把它的 {log} 复制出来（docker cp）；再给 {log} 一个具名卷，"
            "把副本放进去；不要 down -v 或 volume prune",
        ),
    ),
    "c-ready-ring": (
        (
            "{name} starts its pods one by one (podManagementPolicy is OrderedReady),"
            " and its readiness probe ({probe}) succeeds only with a quorum",
            "{name} 逐个启动 pod（podManagementPolicy 为 OrderedReady），而就绪探针"
            "（{probe}）要有 quorum 才成功",
        ),
        (
            "the first pod alone never becomes ready, so the others are never created",
            "第一个 pod 独自永远不会就绪，其余的就永远不会创建",
        ),
        (
            "podManagementPolicy: Parallel (kubectl delete statefulset {name}"
            " --cascade=orphan, then apply: the volumes stay), or a probe that one"
            " server passes alone (TCP, or ruok in the whitelist)",
            "podManagementPolicy: Parallel（kubectl delete statefulset {name}"
            " --cascade=orphan 后再 apply，卷都还在），或换成单台也能通过的探针（TCP，"
            "或白名单里的 ruok）",
        ),
    ),
    "c-not-ready-hidden": (
        (
            "the headless Service of {name} has no publishNotReadyAddresses: true",
            "{name} 的 headless Service 没有 publishNotReadyAddresses: true",
        ),
        (
            "a pod that is not ready has no name in DNS, so its peers cannot reach it"
            " (UnknownHostException) to form the quorum it waits for",
            "未就绪的 pod 在 DNS 里没有名字，同伴找不到它（UnknownHostException），"
            "也就凑不成它在等的 quorum",
        ),
        (
            "publishNotReadyAddresses: true in the Service's spec",
            "在该 Service 的 spec 里写 publishNotReadyAddresses: true",
        ),
    ),
}
