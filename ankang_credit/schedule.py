"""When what runs by itself. Beat lives in UTC; Ankang is eight hours ahead, all the year.

A period missed or doubled does no harm: each of these tasks only writes down what already holds, or looks
whether there is work.
"""

from celery.schedules import crontab

SHANGHAI_MIDNIGHT_IN_UTC = 16

BEAT_SCHEDULE = {
    "把待推送的事件送往省平台": {
        "task": "exchange.relay_tick",
        "schedule": 5.0,
        # A tick nobody took in time is worthless: the next one asks the same question.
        "options": {"expires": 10, "queue": "relay"},
    },
    # Ends that follow from the date reach feed and province within 15 minutes after midnight…
    "零点后登记到期": {
        "task": "registry.expire_lapsed",
        "schedule": crontab(hour=SHANGHAI_MIDNIGHT_IN_UTC, minute="1-14/5"),
    },
    # …and soon enough if the night was missed.
    "每小时补登到期": {"task": "registry.expire_lapsed", "schedule": crontab(minute=20)},
    "清理登录失败计数": {"task": "registry.forget_failed_logins", "schedule": crontab(hour=19, minute=40)},
    "发送办件通知": {"task": "objections.send_notices", "schedule": 60.0, "options": {"expires": 120}},
    "节假日调整后重算办件期限": {"task": "objections.reckon", "schedule": crontab(minute="*/10")},
    "补查待查杀的材料": {"task": "objections.scan", "schedule": crontab(minute="*/5")},
    "清除过期草稿": {"task": "objections.clear", "schedule": crontab(minute=40)},
    "提醒修复期限": {"task": "objections.remind", "schedule": crontab(hour=1, minute=30)},
    # A file nobody was told of, or whose worker was killed, waits no longer than this and its lease.
    "接手无人办理的导入批次": {
        "task": "registry.sweep_batches",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "删除到期的导入文件": {"task": "registry.forget_delivered_files", "schedule": crontab(minute=40)},
    "更新检索统计": {"task": "registry.refresh_search_statistics", "schedule": crontab(minute="*/10")},
}
