"""What every error answers, whatever went wrong."""

from shared.http.shapes.policy import Resolver, Retryability
from shared.model.base import Model


class ErrorDetail(Model):
    """One thing that is wrong, or one broken rule."""

    code: str
    """What is wrong, to branch on: the id of a broken rule, such as `ELG-1`, or a code such as
    `InvalidField`.
    """
    message: str
    """What is wrong in words, in English or, where `Accept-Language` prefers it, in Korean; never
    branch on it.
    """
    target: str | None
    """What it is about: the JSON path of a field, or `body` for the whole body; the name of a
    parameter or header or, of a 503, of what does not answer. A broken rule may also name a field
    of the resource that the request does not have, such as `partnerId`; null where none alone is.
    """
    retryable: Retryability | None = None
    """Of a broken rule: whether the same request can succeed later; absent for anything else."""
    resolvable_by: Resolver | None = None
    """Of a broken rule: who can change what stands against the request; absent for anything else.
    """
    partner_center_code: int | None = None
    """Of a broken rule: Partner Center's own error number for it, such as 13605; absent where it
    has none.
    """
    subscription_ids: tuple[str, ...] | None = None
    """Of REM-1: the caller's own subscriptions that stand in the way, by their ids, twenty at most;
    absent where none does.
    """


class InnerError(Model):
    """The ids of the broken rules, as far as they were looked at."""

    rules: tuple[str, ...]
    """The rules that were broken, by their ids in `GET /api/policy/rules`."""


class ErrorContent(Model):
    """Why it failed; it may be done all the same, or a part of it: see code and operation."""

    code: str
    """What kind of error it is, to branch on; equal to the header `x-ms-error-code`."""
    message: str
    """What happened in words, in English or, where `Accept-Language` prefers it, in Korean; never
    branch on it.
    """
    target: str | None = None
    """What it is about: the JSON path of a field, or `body` for the whole body; the name of a
    parameter or header or, for some codes, another name or an id, such as that of a limit; may be
    absent.
    """
    details: tuple[ErrorDetail, ...] = ()
    """What is wrong, each on its own, such as the broken rules, as far as they were looked at, or
    the malformed fields up to the fiftieth; may be absent.
    """
    innererror: InnerError | None = None
    """More for a refusal by policy; absent for any other error."""


class ErrorBody(Model):
    """The shape of an error, which azure-core parses."""

    error: ErrorContent
