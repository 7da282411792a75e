"""As much of IAM as moto lacks: SimulatePrincipalPolicy, for policies that allow what `allowed` holds."""

import http.server
import threading
import urllib.parse

BOTH = frozenset({"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"})
RESULT = "<member><EvalActionName>{}</EvalActionName><EvalResourceName>{}</EvalResourceName><EvalDecision>{}</EvalDecision></member>"
ANSWER = (
    '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>'
    "<IsTruncated>false</IsTruncated><EvaluationResults>{}</EvaluationResults>"
    "</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
)
DENIED = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"


class Iam:
    """`allowed` is None where even the simulation is not allowed; `asked` holds the last question."""

    def __init__(self):
        self.allowed = BOTH
        self.asked = {}

    def __enter__(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.address = "http://127.0.0.1:{}".format(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, form):
        self.asked = dict(urllib.parse.parse_qsl(form))
        if self.allowed is None:
            return 403, DENIED
        actions = [value for name, value in self.asked.items() if name.startswith("ActionNames.member.")]
        resource = self.asked["ResourceArns.member.1"]
        decided = {action: "allowed" if action in self.allowed else "implicitDeny" for action in actions}
        return 200, ANSWER.format("".join(RESULT.format(action, resource, word) for action, word in decided.items()))


def handler(iam):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, text = iam.answer(form)
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    return Handler
