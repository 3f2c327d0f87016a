"""The page on which a person picks a company and approves or denies, and the address that the answer leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

from markupsafe import Markup

from sandbox.core.oauth import AuthorizationServer, AuthorizeRequest, OAuthError

_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Connect to {provider}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem; color: #1a1a1a }}
fieldset {{ border: 1px solid #767676; border-radius: .25rem; margin: 0 0 1rem }}
label {{ display: block; padding: .25rem 0 }}
button {{ font: inherit; padding: .5rem 1.25rem; margin-right: .5rem }}
</style>
</head>
<body>
<main>
<h1>{provider} (sandbox)</h1>
<p>An app asks to read the books of one company{scope}.</p>
<form method="post" action="{action}">
{hidden}
<fieldset>
<legend>Company</legend>
{companies}
</fieldset>
<button type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>
</main>
</body>
</html>
""")
_REFUSAL = Markup('<!doctype html><html lang="en"><title>Not possible</title><h1>Not possible</h1><p>{}</p></html>')
_CHECKED = Markup(" checked")
_HIDDEN = Markup('<input type="hidden" name="{name}" value="{value}">')
_CHOICE = Markup('<label><input type="radio" name="tenant" value="{id}"{checked}> {name}</label>')


def consent_page(
    provider: str, request: AuthorizeRequest, companies: Sequence[tuple[str, str]], action: str = ""
) -> str:
    """The form, with `companies` as (tenant id, name). It posts `tenant` and `decision` beside the request's fields."""
    fields = {
        "response_type": "code",
        "client_id": request.client_id,
        "redirect_uri": request.redirect_uri,
        "scope": request.scope,
        **({} if request.state is None else {"state": request.state}),
    }
    hidden = [_HIDDEN.format(name=name, value=value) for name, value in fields.items()]
    choices = [
        _CHOICE.format(id=tenant, name=name, checked="" if number else _CHECKED)
        for number, (tenant, name) in enumerate(companies)
    ]
    return str(
        _PAGE.format(
            provider=provider,
            scope=f" with these permissions: {request.scope}" if request.scope else "",
            action=action,
            hidden=Markup("\n").join(hidden),
            companies=Markup("\n").join(choices),
        )
    )


def refusal_page(error: OAuthError) -> str:
    """What is shown, with status 400, where a redirect would be unsafe."""
    return str(_REFUSAL.format(f"{error.error}: {error.description}"))


def answer(
    server: AuthorizationServer, form: Mapping[str, str], tenants: Sequence[str], *, tenant_parameter: str | None = None
) -> str:
    """The address to redirect to after the form came back.

    tenant_parameter: the query parameter that names the company ("realmId" at QuickBooks). OAuthError means: show
    `refusal_page`, do not redirect.
    """
    request = server.check_request(form)
    given: dict[str, str] = {}
    if form.get("decision") != "approve":
        given = {"error": "access_denied", "error_description": "the person said no"}
    else:
        tenant = form.get("tenant", "")
        if tenant not in tenants:
            raise OAuthError("invalid_request", "no such company")
        given = {"code": server.approve(request, tenant)}
        if tenant_parameter is not None:
            given[tenant_parameter] = tenant
    if request.state is not None:
        given["state"] = request.state
    parts = urlsplit(request.redirect_uri)
    query = "&".join(part for part in (parts.query, urlencode(given)) if part)
    return urlunsplit(parts._replace(query=query))
