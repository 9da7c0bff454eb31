"""What each rule of resources is about, with a case that it finds and one that it leaves alone.

Written as the rules of a workspace write their docstrings; the cases are states and plans that
`domicile audit` judges in tests, for French data on the shipped law.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PURPOSE: Final = "Is what any program makes where its data may be?"
"""The question that these rules answer."""

DOCUMENTATION: Final[Mapping[str, str]] = {
    "DOM601": """
A resource, or a copy of it, is where the law, as far as it is known, does not let its data be.

Every place counts where the data is: replicas, backups, logs and keys, the regions of a
multi-region, and what a provider copies by default. *Conditional* and *undetermined* do not let data
through: the finding names the rule that decides, what it asks for, and its citation.

Bad:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_s3_bucket", "name": "records", "instances": [{"attributes": {
        "region": "ap-south-1",
        "tags": {"domicile:subjects": "FR", "domicile:data-classes": "health"}}}]}]}

Good:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_s3_bucket", "name": "records", "instances": [{"attributes": {
        "region": "eu-west-3",
        "tags": {"domicile:subjects": "FR", "domicile:data-classes": "health"}}}]}]}
""",
    "DOM602": """
A resource holds somebody's data, and nothing says where it stands.

Neither it, nor what it belongs to, nor its provider names a region of the catalogue. What cannot be
placed cannot be judged, so it blocks: a Kubernetes volume is wherever its cluster is.

Bad:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "kubernetes_persistent_volume_claim", "name": "records",
       "instances": [{"attributes": {"metadata": [{"name": "records", "labels": {
         "domicile/subjects": "FR", "domicile/data-classes": "health"}}]}}]}]}

Good:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "kubernetes_persistent_volume_claim", "name": "records",
       "instances": [{"attributes": {"metadata": [{"name": "records", "labels": {
         "domicile/subjects": "FR", "domicile/data-classes": "health"}}]}}]}]}
    # policies/placements.yaml
    placements:
      - {id: cluster, type: "kubernetes_*", datacenter: aws-eu-west-3, reason: the cluster's contract}
""",
    "DOM603": """
Where a resource's data will be, or what it will hold, is known only when it is made.

A plan cannot know what another resource gives it first. The finding says so instead of passing over
it: the same rules judge the resource again once it stands.

Bad:

    # plan.json
    {"format_version": "1.2",
     "planned_values": {"root_module": {"resources": [
       {"address": "aws_instance.desk", "mode": "managed", "type": "aws_instance", "name": "desk",
        "values": {"tags": {"domicile:subjects": "FR", "domicile:data-classes": "personal"}}}]}},
     "resource_changes": [
       {"address": "aws_instance.desk",
        "change": {"actions": ["create"], "after_unknown": {"availability_zone": true}}}]}

Good:

    # plan.json
    {"format_version": "1.2",
     "planned_values": {"root_module": {"resources": [
       {"address": "aws_instance.desk", "mode": "managed", "type": "aws_instance", "name": "desk",
        "values": {"availability_zone": "eu-west-3a",
                   "tags": {"domicile:subjects": "FR", "domicile:data-classes": "personal"}}}]}},
     "resource_changes": [
       {"address": "aws_instance.desk", "change": {"actions": ["create"], "after_unknown": {}}}]}
""",
    "DOM604": """
A resource of a kind that holds data says neither whose data that is nor what it is.

Nothing about it is judged, so an audit that is silent about it would say more than it knows.

Bad:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_s3_bucket", "name": "pictures", "instances": [{"attributes": {
        "region": "eu-west-3"}}]}]}

Good:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_s3_bucket", "name": "pictures", "instances": [{"attributes": {
        "region": "eu-west-3"}}]}]}
    # policies/placements.yaml
    placements:
      - {id: pictures, type: aws_s3_bucket, name: pictures, nothing: true, reason: pictures of products}
""",
    "DOM605": """
What tags say of a resource's data cannot be read.

A country or a data class is misspelt, one of the two tags is missing, or the tags are secret. A slip
of the pen must not make data invisible, so this blocks.

Bad:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_s3_bucket", "name": "records", "instances": [{"attributes": {
        "region": "eu-west-3",
        "tags": {"domicile:subjects": "France", "domicile:data-classes": "health"}}}]}]}

Good:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_s3_bucket", "name": "records", "instances": [{"attributes": {
        "region": "eu-west-3",
        "tags": {"domicile:subjects": "FR", "domicile:data-classes": "health"}}}]}]}
""",
    "DOM606": """
A resource of a known provider has a type that the table of types does not have.

Whether it holds data, and where, is not known of its type. Tags and placements are read all the same
and judged by the provider's own ways of naming a place; copies that only its type knows are missed.

Bad:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_rds_reserved_instance", "name": "three-years",
       "instances": [{"attributes": {"region": "eu-west-3"}}]}]}

Good:

    # state.json
    {"version": 4, "resources": [
      {"mode": "managed", "type": "aws_db_instance", "name": "records", "instances": [{"attributes": {
        "availability_zone": "eu-west-3a",
        "tags": {"domicile:subjects": "FR", "domicile:data-classes": "personal"}}}]}]}
""",
}
"""Code of a rule → its documentation."""
