"""Makes a role of an account of the emulator and takes it on, as the pipeline does.

    grant.py ENDPOINT REGION ACCOUNT ROLE < policy.json

It prints the credentials of the session.
"""
import json
import sys

import botocore.session

endpoint, region, account, role = sys.argv[1:]
session = botocore.session.get_session()
ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
    }],
}
ASSUME = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}


def client(service, key, secret):
    return session.create_client(
        service, region_name=region, endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret
    )


iam = client("iam", account, "root")
user = f"pipeline-{role}"
iam.create_user(UserName=user)
iam.put_user_policy(UserName=user, PolicyName="assume", PolicyDocument=json.dumps(ASSUME))
iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(ANYBODY))
iam.put_role_policy(RoleName=role, PolicyName="granted", PolicyDocument=sys.stdin.read())
key = iam.create_access_key(UserName=user)["AccessKey"]
sts = client("sts", key["AccessKeyId"], key["SecretAccessKey"])
taken = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{role}", RoleSessionName="rehearsal")["Credentials"]
print(json.dumps({"key": taken["AccessKeyId"], "secret": taken["SecretAccessKey"], "token": taken["SessionToken"]}))
