"""Prints what an account of an emulated AWS has, service by service, as JSON.

    python inventory.py ENDPOINT REGION ACCOUNT

Each entry is the name of a list and the identifiers in it. Lists that an account
always has something in, such as the networks that AWS makes, are for the caller to
compare with those of an empty account.
"""
import json
import sys

from botocore.config import Config
from botocore.session import Session

# Service, operation, the list in the answer, what tells its entries apart, arguments.
LISTS = [
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", "AutoScalingGroupName", {}),
    ("autoscaling", "describe_scheduled_actions", "ScheduledUpdateGroupActions", "ScheduledActionName", {}),
    ("budgets", "describe_budgets", "Budgets", "BudgetName", {"AccountId": sys.argv[3]}),
    ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", {}),
    ("ec2", "describe_addresses", "Addresses", "AllocationId", {}),
    ("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId", {}),
    ("ec2", "describe_internet_gateways", "InternetGateways", "InternetGatewayId", {}),
    ("ec2", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateName", {}),
    ("ec2", "describe_nat_gateways", "NatGateways", "NatGatewayId", {"Filter": [{"Name": "state", "Values": ["available", "pending"]}]}),
    ("ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId", {}),
    ("ec2", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId", {}),
    ("ec2", "describe_route_tables", "RouteTables", "RouteTableId", {}),
    ("ec2", "describe_security_groups", "SecurityGroups", "GroupId", {}),
    ("ec2", "describe_subnets", "Subnets", "SubnetId", {}),
    ("ec2", "describe_volumes", "Volumes", "VolumeId", {}),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", {}),
    ("ec2", "describe_vpcs", "Vpcs", "VpcId", {}),
    ("ecr", "describe_repositories", "repositories", "repositoryName", {}),
    ("eks", "list_clusters", "clusters", None, {}),
    ("iam", "list_open_id_connect_providers", "OpenIDConnectProviderList", "Arn", {}),
    ("iam", "list_policies", "Policies", "PolicyName", {"Scope": "Local"}),
    ("iam", "list_roles", "Roles", "RoleName", {}),
    ("kms", "list_aliases", "Aliases", "AliasName", {}),
    ("logs", "describe_log_groups", "logGroups", "logGroupName", {}),
    ("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier", {}),
    ("rds", "describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName", {}),
    ("rds", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier", {}),
    ("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", {}),
    ("s3", "list_buckets", "Buckets", "Name", {}),
    ("secretsmanager", "list_secrets", "SecretList", "Name", {}),
]


def usable_keys(client):
    """Keys that are neither AWS's own nor waiting for their deletion."""
    for entry in client.list_keys()["Keys"]:
        key = client.describe_key(KeyId=entry["KeyId"])["KeyMetadata"]
        if key["KeyManager"] == "CUSTOMER" and key["KeyState"] == "Enabled":
            yield key["KeyId"]


def main():
    endpoint, region, account = sys.argv[1:4]
    session, clients, found = Session(), {}, {}
    config = Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1})
    for service, operation, name, key, arguments in LISTS:
        if service not in clients:
            clients[service] = session.create_client(
                service, region_name=region, endpoint_url=endpoint, config=config,
                aws_access_key_id=account, aws_secret_access_key="test")
        entries = getattr(clients[service], operation)(**arguments).get(name) or []
        found[f"{service} {name}"] = sorted(entry[key] if key else entry for entry in entries)
    kms = session.create_client(
        "kms", region_name=region, endpoint_url=endpoint, config=config,
        aws_access_key_id=account, aws_secret_access_key="test")
    found["kms Keys"] = sorted(usable_keys(kms))
    json.dump({name: entries for name, entries in found.items() if entries}, sys.stdout)


main()
