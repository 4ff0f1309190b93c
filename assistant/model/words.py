"""A fault of the endpoint in words a user can act on."""

from assistant.model.wire import Fault, FaultKind
from assistant.model_reply import ContextError, ModelError
from index.model import NianbaoError

_SAID: dict[FaultKind, str] = {
    "key": "不接受密钥。请检查 NIANBAO_API_KEY",
    "missing": (
        "找不到地址或模型 {name!r}。请检查 NIANBAO_BASE_URL（通常以 /v1 结尾）和 NIANBAO_MODEL"
    ),
    "quota": "额度或余额已用完。请充值，或换一个端点",
    "refused": "拒绝了请求",
    "busy": "太忙，多次重试仍被限流。请稍后再试，或调小 NIANBAO_CONCURRENCY",
    "broken": "出错，多次重试仍不成功。请稍后再试",
    "unreachable": "连接不上。请检查 NIANBAO_BASE_URL、网络和代理，以及模型服务是否在运行",
    "silent": "太久没有回应。请稍后再试；慢的模型请调大 NIANBAO_TIMEOUT（秒）",
    "late": "没有在限定的总时间内答完。慢的模型请调大 NIANBAO_TIMEOUT（秒）",
    "cut": "的回答在中途断开。请重试",
    "endless": "的回答长得不合理，已经停止。请换一个模型或端点",
    "garbled": "返回的不是 OpenAI 兼容格式。请检查 NIANBAO_BASE_URL（通常以 /v1 结尾）",
}


def explained(fault: Fault, address: str, name: str) -> NianbaoError:
    """Return the error to raise for a fault."""
    status = f"状态 {fault.status}；" if fault.status else ""
    detail = f"（{status}端点的说明：{fault.detail!r}）" if fault.detail else ""
    if fault.kind == "context":
        return ContextError(f"问题和资料太长，超出模型 {name!r} 的上下文{detail}。请缩小范围。")
    said = _SAID[fault.kind].format(name=name)
    return ModelError(f"模型端点 {address!r} {said}{detail}。")
