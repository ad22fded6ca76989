"""The few calls of the package `requests` that the example makes, for machines without it."""

import json as json_format
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Response:
    def __init__(self, status_code, content):
        self.status_code = status_code
        self.content = content
        self.ok = status_code < 400

    def json(self):
        return json_format.loads(self.content)


def request(method, url, params=None, json=None, files=None, headers=None, timeout=None):
    address = url + ("?" + urllib.parse.urlencode(params) if params else "")
    body, content_type = _form(files) if files else (None, None)
    if json is not None:
        body, content_type = json_format.dumps(json).encode(), "application/json"
    asked = urllib.request.Request(address, body, dict(headers or {}), method=method)
    if content_type:
        asked.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(asked, timeout=timeout) as response:
            return Response(response.status, response.read())
    except urllib.error.HTTPError as error:
        return Response(error.code, error.read())


def _form(files):
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for field, (name, content) in files
    ]
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
