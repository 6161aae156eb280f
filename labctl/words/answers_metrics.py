"""What each metric of ZooKeeper counts, as `mntr` names it."""

from collections.abc import Mapping

from labctl.words.answers_server import COMMON_METRICS

METRICS: Mapping[str, tuple[str, str]] = {
    **COMMON_METRICS,
    "zk_ack_latency": (
        "ms until a learner's ACK arrived",
        "收到某个 learner 的 ACK 用的毫秒数",
    ),
    "zk_add_dead_watcher_stall_time": (
        "ms that closing clients waited for the watch cleaner",
        "关闭客户端时等待 watch 清理的毫秒数",
    ),
    "zk_bytes_received_count": ("bytes received from clients", "从客户端收到的字节数"),
    "zk_close_session_prep_time": (
        "ms to prepare the end of a session",
        "准备结束会话的毫秒数",
    ),
    "zk_cnxn_closed_without_zk_server_running": (
        "connections closed because this server was not serving",
        "因本机没在服务而关闭的连接",
    ),
    "zk_commit_commit_proc_req_queued": (
        "commits that wait in the commit processor",
        "在 commit 处理器里等待的 COMMIT 数",
    ),
    "zk_commit_count": ("commits of this leader", "本 leader 的 COMMIT 数"),
    "zk_commit_process_time": (
        "ms between a COMMIT's arrival and its application",
        "COMMIT 到达到应用之间的毫秒数",
    ),
    "zk_commit_propagation_latency": (
        "ms between the leader's COMMIT and its arrival here",
        "leader 发出 COMMIT 到本机收到的毫秒数",
    ),
    "zk_connection_drop_count": (
        "client connections that were dropped",
        "断开的客户端连接",
    ),
    "zk_connection_request_count": (
        "clients that asked for a session",
        "请求建立会话的客户端",
    ),
    "zk_connection_revalidate_count": (
        "sessions that moved here and were checked with the leader",
        "迁到本机并向 leader 核对的会话",
    ),
    "zk_connection_token_deficit": (
        "how far new connections exceed the throttle",
        "新连接超出限流的数量",
    ),
    "zk_dbinittime": ("ms to load the data at start", "启动时加载数据的毫秒数"),
    "zk_dead_watchers_cleaner_latency": (
        "ms to remove the watches of clients that left",
        "清理已离开客户端的 watch 用的毫秒数",
    ),
    "zk_dead_watchers_cleared": ("watchers that were removed", "已清理的监听者"),
    "zk_dead_watchers_queued": ("watchers that wait to be removed", "等待清理的监听者"),
    "zk_diff_count": (
        "learners that were synchronized by DIFF",
        "用 DIFF 同步的 learner",
    ),
    "zk_digest_mismatches_count": (
        "transactions after which the digest was wrong: above 0, replicas differ",
        "应用后摘要不符的事务：大于 0 说明副本不一致",
    ),
    "zk_ensemble_auth_fail": (
        "clients that named another ensemble",
        "报了别的集群名的客户端",
    ),
    "zk_ensemble_auth_skip": ("clients that named no ensemble", "没报集群名的客户端"),
    "zk_ensemble_auth_success": (
        "clients that named this ensemble",
        "报对集群名的客户端",
    ),
    "zk_follower_sync_time": (
        "ms until a follower was in step",
        "follower 跟上所用的毫秒数",
    ),
    "zk_inflight_diff_count": ("DIFFs that are being sent", "正在发送的 DIFF"),
    "zk_inflight_snap_count": (
        "snapshots that are being sent to learners",
        "正在发给 learner 的快照",
    ),
    "zk_insecure_admin_count": (
        "requests to the AdminServer without TLS",
        "AdminServer 收到的未加密请求",
    ),
    "zk_large_requests_rejected": (
        "requests refused for their size",
        "因太大而拒绝的请求",
    ),
    "zk_leader_unavailable_time": (
        "ms from losing the quorum to leading again",
        "从失去 quorum 到重新领导的毫秒数",
    ),
    "zk_learner_commit_received_count": (
        "COMMITs that this learner received",
        "本 learner 收到的 COMMIT",
    ),
    "zk_learner_handler_qp_size": (
        "packets that wait for a learner: if it grows, it or its network is slow",
        "等着发给某 learner 的包：若增长，它或网络太慢",
    ),
    "zk_learner_handler_qp_time_ms": (
        "ms that packets waited for a learner",
        "包等待发给 learner 的毫秒数",
    ),
    "zk_learner_proposal_received_count": (
        "proposals that this learner received",
        "本 learner 收到的提案",
    ),
    "zk_learner_request_processor_queue_size": (
        "requests that wait to go to the leader",
        "等待转给 leader 的请求",
    ),
    "zk_local_write_committed_time_ms": (
        "ms from a client's write here to its commit",
        "客户端在本机写入到提交的毫秒数",
    ),
    "zk_looking_count": (
        "how often this server was LOOKING: if it grows, the quorum is not stable",
        "本机进入 LOOKING 的次数：若增长，quorum 不稳定",
    ),
    "zk_netty_queued_buffer_capacity": (
        "bytes queued from clients (Netty)",
        "来自客户端的排队字节数（Netty）",
    ),
    "zk_node_changed_watch_count": (
        "watches fired because data changed",
        "因数据改变而触发的 watch",
    ),
    "zk_node_children_watch_count": (
        "watches fired because children changed",
        "因子节点改变而触发的 watch",
    ),
    "zk_node_created_watch_count": (
        "watches fired because a znode was created",
        "因 znode 创建而触发的 watch",
    ),
    "zk_node_deleted_watch_count": (
        "watches fired because a znode was deleted",
        "因 znode 删除而触发的 watch",
    ),
    "zk_observer_sync_time": (
        "ms until an observer was in step",
        "observer 跟上所用的毫秒数",
    ),
    "zk_om_commit_process_time_ms": (
        "ms an observer master took for a COMMIT",
        "observer master 处理 COMMIT 的毫秒数",
    ),
    "zk_om_proposal_process_time_ms": (
        "ms an observer master took for a proposal",
        "observer master 处理提案的毫秒数",
    ),
    "zk_outstanding_changes_queued": (
        "outstanding changes: judged and not committed yet",
        "outstanding changes：已判定、尚未提交的改动",
    ),
    "zk_outstanding_changes_removed": (
        "outstanding changes that were committed",
        "已提交的 outstanding changes",
    ),
    "zk_pending_session_queue_size": (
        "sessions with requests that wait for a commit",
        "有请求在等提交的会话",
    ),
    "zk_prep_process_time": (
        "ms to judge a request at the leader",
        "leader 判定一个请求的毫秒数",
    ),
    "zk_prep_processor_queue_size": (
        "requests that wait to be judged at the leader",
        "在 leader 等待判定的请求",
    ),
    "zk_prep_processor_queue_time_ms": (
        "ms that requests wait there",
        "请求在那里等待的毫秒数",
    ),
    "zk_prep_processor_request_queued": (
        "requests that went through that queue",
        "经过该队列的请求数",
    ),
    "zk_propagation_latency": (
        "ms from the proposal to its application",
        "从提案到应用的毫秒数",
    ),
    "zk_proposal_ack_creation_latency": (
        "ms between a proposal's arrival and our ACK: mostly the disk",
        "收到提案到发出 ACK 的毫秒数：主要是磁盘",
    ),
    "zk_proposal_count": (
        "proposals of this leader: one for each write",
        "本 leader 的提案数：每次写一个",
    ),
    "zk_proposal_latency": (
        "ms between a write's arrival and its proposal",
        "写请求到达到提案的毫秒数",
    ),
    "zk_proposal_process_time": (
        "ms to put a proposal on its way",
        "把提案发出所用的毫秒数",
    ),
    "zk_quit_leading_due_to_disloyal_voter": (
        "how often it gave up leading as followers had changed their mind",
        "因 follower 变心而放弃领导的次数",
    ),
    "zk_quorum_ack_latency": (
        "ms from the proposal to a quorum's ACKs: what each write waits for",
        "从提案到过半 ACK 的毫秒数：每次写都要等它",
    ),
    "zk_quota_exceeded_error_per_namespace": (
        "writes refused by a quota, by top path",
        "因配额拒绝的写，按顶层路径",
    ),
    "zk_read_commit_proc_issued": (
        "reads that went on from the commit processor",
        "commit 处理器放行的读",
    ),
    "zk_read_commit_proc_req_queued": (
        "reads that wait in the commit processor",
        "在 commit 处理器里等待的读",
    ),
    "zk_read_commitproc_time_ms": (
        "ms a read spends in the commit processor",
        "读请求在 commit 处理器里的毫秒数",
    ),
    "zk_read_final_proc_time_ms": (
        "ms to answer a read at the end",
        "最后回答读请求的毫秒数",
    ),
    "zk_read_per_namespace": ("bytes read, by top path", "读出的字节数，按顶层路径"),
    "zk_readlatency": ("ms a read takes on this server", "本机上一次读的毫秒数"),
    "zk_reads_after_write_in_session_queue": (
        "reads that wait behind their own session's write",
        "排在同一会话写请求后面的读",
    ),
    "zk_reads_issued_from_session_queue": (
        "reads that went on after their session's write",
        "写完成后放行的读",
    ),
    "zk_request_commit_queued": (
        "requests that wait for their commit",
        "等待提交的请求",
    ),
    "zk_request_throttle_queue_time_ms": (
        "ms that requests wait in the throttler",
        "请求在限流器里等待的毫秒数",
    ),
    "zk_request_throttle_wait_count": (
        "requests that had to wait in the throttler",
        "在限流器里等过的请求",
    ),
    "zk_requests_in_session_queue": (
        "requests that wait within their session",
        "在各自会话里排队的请求",
    ),
    "zk_requests_not_forwarded_to_commit_processor": (
        "learners' requests the leader did not pass on, because it need not",
        "leader 无需转交的 learner 请求",
    ),
    "zk_response_bytes": ("bytes sent as answers", "作为回答发出的字节数"),
    "zk_response_packet_cache_hits": ("answers taken from the cache", "取自缓存的回答"),
    "zk_response_packet_cache_misses": (
        "answers that were not in the cache",
        "缓存里没有的回答",
    ),
    "zk_restore_error_count": ("restores that failed", "失败的恢复"),
    "zk_restore_rate_limited_count": (
        "restores refused as too frequent",
        "因太频繁而拒绝的恢复",
    ),
    "zk_restore_time": ("ms a restore took", "恢复用的毫秒数"),
    "zk_revalidate_count": (
        "sessions that learners had checked",
        "learner 要求核对的会话",
    ),
    "zk_server_write_committed_time_ms": (
        "ms from any write at the leader to its commit",
        "任一写到达 leader 到提交的毫秒数",
    ),
    "zk_session_queues_drained": (
        "sessions whose waiting requests all went on",
        "排队请求全部放行的会话",
    ),
    "zk_sessionless_connections_expired": (
        "connections closed because no session was asked for",
        "因没请求会话而关闭的连接",
    ),
    "zk_skip_learner_request_to_next_processor_count": (
        "learners' requests that went straight to the leader",
        "直接转给 leader 的 learner 请求",
    ),
    "zk_snap_count": (
        "learners that were synchronized by SNAP",
        "用 SNAP 同步的 learner",
    ),
    "zk_snapshot_error_count": ("snapshots on request that failed", "失败的按需快照"),
    "zk_snapshot_rate_limited_count": (
        "snapshots on request refused as too frequent",
        "因太频繁而拒绝的按需快照",
    ),
    "zk_socket_closing_time": (
        "ms to close a socket between servers",
        "关闭服务器间连接的毫秒数",
    ),
    "zk_stale_replies": ("answers nobody waited for any more", "已没人等待的回答"),
    "zk_stale_requests": (
        "requests whose client had gone or whose time was over",
        "客户端已走或已超时的请求",
    ),
    "zk_stale_requests_dropped": (
        "those that were dropped before any work",
        "其中未处理就丢弃的",
    ),
    "zk_startup_snap_load_time": (
        "ms to read the snapshot at start",
        "启动时读快照的毫秒数",
    ),
    "zk_startup_txns_load_time": (
        "ms to replay the log at start",
        "启动时重放日志的毫秒数",
    ),
    "zk_startup_txns_loaded": (
        "transactions that were replayed at start",
        "启动时重放的事务数",
    ),
    "zk_sync_process_time": (
        "ms to write and force one batch",
        "写出并落盘一批的毫秒数",
    ),
    "zk_sync_processor_batch_size": (
        "writes that share one forced write",
        "共用一次落盘的写请求数",
    ),
    "zk_sync_processor_queue_and_flush_time_ms": (
        "ms from joining the log's queue to being on disk",
        "从进入日志队列到落盘的毫秒数",
    ),
    "zk_sync_processor_queue_flush_time_ms": (
        "ms a batch takes to be forced to disk",
        "一批落盘用的毫秒数",
    ),
    "zk_sync_processor_queue_size": (
        "writes that wait for the log: if it grows, the disk is too slow",
        "等待写日志的请求：若增长，磁盘太慢",
    ),
    "zk_sync_processor_queue_time_ms": (
        "ms that writes wait for the log",
        "写请求等待日志的毫秒数",
    ),
    "zk_sync_processor_request_queued": (
        "writes that went through that queue",
        "经过该队列的写请求数",
    ),
    "zk_throttled_ops": (
        "requests answered with ThrottledOp",
        "以 ThrottledOp 回答的请求",
    ),
    "zk_time_waiting_empty_pool_in_commit_processor_read_ms": (
        "ms that a commit waited for reads to end",
        "COMMIT 等读请求结束的毫秒数",
    ),
    "zk_tls_handshake_exceeded": (
        "TLS handshakes refused as too many at once",
        "因同时太多而拒绝的 TLS 握手",
    ),
    "zk_unavailable_time": ("ms without a leader", "没有 leader 的毫秒数"),
    "zk_unrecoverable_error_count": (
        "errors after which a server should be looked at",
        "需要人来查看的错误",
    ),
    "zk_unsuccessful_handshake": ("TLS handshakes that failed", "失败的 TLS 握手"),
    "zk_updatelatency": ("ms a write takes on this server", "本机上一次写的毫秒数"),
    "zk_watch_bytes": ("bytes of watch events sent", "发出的 watch 事件字节数"),
    "zk_write_batch_time_in_commit_processor": (
        "ms the commit processor takes for a batch of writes",
        "commit 处理器处理一批写的毫秒数",
    ),
    "zk_write_commit_proc_issued": (
        "writes that went on from the commit processor",
        "commit 处理器放行的写",
    ),
    "zk_write_commit_proc_req_queued": (
        "writes that wait in the commit processor",
        "在 commit 处理器里等待的写",
    ),
    "zk_write_commitproc_time_ms": (
        "ms a write spends in the commit processor",
        "写请求在 commit 处理器里的毫秒数",
    ),
    "zk_write_final_proc_time_ms": (
        "ms to apply and answer a write at the end",
        "最后应用并回答写请求的毫秒数",
    ),
    "zk_write_per_namespace": (
        "bytes written, by top path",
        "写入的字节数，按顶层路径",
    ),
    "zk_fsync_threshold_exceed_count": (
        "forced writes slower than fsync.warningthresholdms: the disk is slow",
        "慢于 fsync.warningthresholdms 的落盘：磁盘太慢或与人共用",
    ),
}
