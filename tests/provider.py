"""A small OIDC provider as a process of its own: signs in whoever `--email` names, with PKCE."""

import argparse
import base64
import hashlib
import secrets
import time
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Form
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
app = FastAPI()
codes: dict[str, dict[str, str]] = {}
person: dict[str, Any] = {}


@app.get("/.well-known/openid-configuration")
def about() -> dict[str, Any]:
    base = person["iss"]
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "jwks_uri": f"{base}/jwks",
        "end_session_endpoint": f"{base}/end",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


@app.get("/jwks")
def keys() -> dict[str, Any]:
    return {"keys": [KEY.as_dict(private=False)]}


@app.get("/person")
def change(email: str, verified: bool = True) -> dict[str, Any]:
    """Who signs in next."""
    person.update(email=email, email_verified=verified)
    return {"email": email}


@app.get("/authorize")
def authorize(
    redirect_uri: str, state: str, client_id: str, code_challenge: str, nonce: str = ""
) -> Response:
    code = secrets.token_urlsafe(16)
    codes[code] = {"nonce": nonce, "aud": client_id, "challenge": code_challenge}
    return RedirectResponse(f"{redirect_uri}?code={code}&state={state}", 302)


@app.post("/token")
def token(code: Annotated[str, Form()], code_verifier: Annotated[str, Form()]) -> Response:
    asked = codes.pop(code)
    made = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest())
    if made.rstrip(b"=").decode() != asked["challenge"]:
        return JSONResponse({"error": "invalid_grant"}, 400)
    now = int(time.time())
    claims = {**person, "sub": "1", "aud": asked["aud"], "nonce": asked["nonce"]}
    claims |= {"iat": now, "exp": now + 600}
    signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)
    told = {"access_token": "a", "token_type": "Bearer", "id_token": signed, "expires_in": 600}
    return JSONResponse(told)


@app.get("/end")
def end(post_logout_redirect_uri: str) -> Response:
    return RedirectResponse(post_logout_redirect_uri, 302)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int)
    asked.add_argument("--email", default="kim@school.example")
    chosen = asked.parse_args()
    iss = f"http://127.0.0.1:{chosen.port}"
    person.update(iss=iss, email=chosen.email, email_verified=True)
    uvicorn.run(app, host="127.0.0.1", port=chosen.port, log_level="warning")
