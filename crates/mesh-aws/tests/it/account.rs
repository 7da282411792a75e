use mesh_aws::{Account, CallError};

use crate::support::{Fake, Reply, Seen, aws, within};

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/deployer/ci</Arn>\
    <UserId>AROA:ci</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
    </GetCallerIdentityResponse>";

async fn answering(status: u16, body: &'static str) -> Fake {
    Fake::serving(move |_: &Seen| Reply::new(status, body)).await
}

#[tokio::test]
async fn the_account_says_whose_the_credentials_are() {
    let fake = answering(200, IDENTITY).await;
    let account = Account::new(&aws(fake.address()));
    let identity = account.identity(within(5_000)).await.expect("told");
    assert_eq!(identity.account, "123456789012");
    assert_eq!(
        identity.principal(),
        "arn:aws:iam::123456789012:role/deployer"
    );
    let seen = fake.seen();
    assert_eq!(
        seen[0].body.as_ref(),
        b"Action=GetCallerIdentity&Version=2011-06-15"
    );
    assert!(
        seen[0]
            .header("authorization")
            .contains("/us-east-2/sts/aws4_request")
    );
}

#[tokio::test]
async fn asking_for_permissions_may_itself_be_refused() {
    let fake = answering(
        403,
        "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>",
    )
    .await;
    let account = Account::new(&aws(fake.address()));
    let refused = account
        .url_permissions(
            "arn:aws:iam::1:role/r",
            "arn:aws:lambda:x:1:function:f",
            within(5_000),
        )
        .await;
    let denied = CallError::Denied("iam:SimulatePrincipalPolicy".to_owned());
    assert_eq!(refused, Err(denied));
}

#[tokio::test]
async fn each_permission_has_the_decision_beside_it() {
    let fake = answering(
        200,
        "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><EvaluationResults>\
        <member><MatchedStatements><member><SourcePolicyId>p</SourcePolicyId></member></MatchedStatements>\
        <MissingContextValues/><EvalDecision>allowed</EvalDecision>\
        <EvalActionName>lambda:InvokeFunctionUrl</EvalActionName></member>\
        <member><EvalActionName>lambda:InvokeFunction</EvalActionName>\
        <EvalDecision>implicitDeny</EvalDecision></member>\
        </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>",
    )
    .await;
    let account = Account::new(&aws(fake.address()));
    let permissions = account
        .url_permissions(
            "arn:aws:iam::1:role/r",
            "arn:aws:lambda:x:1:function:f",
            within(5_000),
        )
        .await
        .expect("told");
    let told: Vec<_> = permissions
        .iter()
        .map(|permission| (permission.action.as_str(), permission.is_allowed))
        .collect();
    assert_eq!(
        told,
        [
            ("lambda:InvokeFunctionUrl", true),
            ("lambda:InvokeFunction", false)
        ]
    );
    let asked = String::from_utf8(fake.seen()[0].body.to_vec()).expect("text");
    for field in [
        "ContextEntries.member.1.ContextKeyName=lambda%3AFunctionUrlAuthType",
        "ContextEntries.member.1.ContextKeyValues.member.1=AWS_IAM",
        "ContextEntries.member.2.ContextKeyName=lambda%3AInvokedViaFunctionUrl",
        "ContextEntries.member.2.ContextKeyType=boolean",
    ] {
        assert!(asked.contains(field), "{asked}");
    }
}

#[tokio::test]
async fn a_log_group_is_the_one_of_exactly_that_name() {
    let fake = answering(
        200,
        r#"{"logGroups":[{"logGroupName":"/aws/lambda/mesh","retentionInDays":30,"storedBytes":0}]}"#,
    )
    .await;
    let account = Account::new(&aws(fake.address()));
    let group = account.log_group("/aws/lambda/mesh", within(5_000)).await;
    let group = group.expect("told").expect("is there");
    assert_eq!(group.retention_days, Some(30));
    let other = account.log_group("/aws/lambda/me", within(5_000)).await;
    assert_eq!(other, Ok(None));
    assert_eq!(
        fake.seen()[0].header("x-amz-target"),
        "Logs_20140328.DescribeLogGroups"
    );
}
