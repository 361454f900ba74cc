package cloud

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// scalingGroupPrefix begins the name of the Auto Scaling group behind a node group.
const scalingGroupPrefix = "eks-"

// Scale does what the autoscaler does to the node group of that name.
func (c *Cloud) Scale(name string, nodes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, thing := range c.things {
		if thing.Type == NodeGroup && thing.Name == name {
			c.nodes[id] = nodes
		}
	}
}

// Nodes is how many nodes the node group of that name has.
func (c *Cloud) Nodes(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, thing := range c.things {
		if thing.Type == NodeGroup && thing.Name == name {
			return c.nodes[id]
		}
	}
	return 0
}

func createNodeGroup(c *Cloud, id string, thing Thing) error {
	thing.Properties["nodeGroupName"] = resource.NewProperty(id)
	thing.Properties["resources"] = list(object("autoscalingGroups", list(object("name", resource.NewProperty(scalingGroupPrefix+id)))))
	return c.scale(id, thing.Properties)
}

// updateNodeGroup sends sizes as the provider does: all three, when one has changed.
func updateNodeGroup(c *Cloud, id string, changed []string, is resource.PropertyMap) error {
	if !slices.Contains(changed, "scalingConfig") {
		return nil
	}
	return c.scale(id, is)
}

// scale refuses a number of nodes outside of the bounds, as EKS does, and starts or
// ends nodes.
func (c *Cloud) scale(id string, in resource.PropertyMap) error {
	sizes := in["scalingConfig"].ObjectValue()
	least, most, desired := sizes["minSize"].NumberValue(), sizes["maxSize"].NumberValue(), sizes["desiredSize"].NumberValue()
	if desired < least || desired > most {
		return fmt.Errorf("InvalidParameterException: desired capacity %v must be between %v and %v", desired, least, most)
	}
	c.nodes[id] = int(desired)
	return nil
}

// Invoke implements pulumirpc.ResourceProviderServer: it answers what is asked about
// node groups.
func (c *Cloud) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	args, err := properties(req.GetArgs())
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	answer, err := c.answer(req.GetTok(), args)
	if err != nil {
		return nil, err
	}
	out, err := marshal(answer)
	return &pulumirpc.InvokeResponse{Return: out}, err
}

func (c *Cloud) answer(token string, args resource.PropertyMap) (resource.PropertyMap, error) {
	switch token {
	case "aws:eks/getClusters:getClusters":
		return resource.PropertyMap{"names": list(c.groups("clusterName")...)}, nil
	case "aws:eks/getNodeGroups:getNodeGroups":
		return resource.PropertyMap{"names": list(c.groups("nodeGroupName")...)}, nil
	case "aws:eks/getNodeGroup:getNodeGroup":
		group, found := c.things[args["nodeGroupName"].StringValue()]
		if !found {
			return nil, fmt.Errorf("ResourceNotFoundException: %v", args["nodeGroupName"])
		}
		return resource.PropertyMap{
			"scalingConfigs": list(group.Properties["scalingConfig"]), "resources": group.Properties["resources"],
		}, nil
	case "aws:autoscaling/getGroup:getGroup":
		nodes := c.nodes[args["name"].StringValue()[len(scalingGroupPrefix):]]
		return resource.PropertyMap{"desiredCapacity": resource.NewProperty(float64(nodes))}, nil
	default:
		return nil, fmt.Errorf("nobody knows the answer to %s", token)
	}
}

// groups are the values of a property of all node groups.
func (c *Cloud) groups(key resource.PropertyKey) []resource.PropertyValue {
	var values []resource.PropertyValue
	for _, thing := range c.things {
		if thing.Type == NodeGroup {
			values = append(values, thing.Properties[key])
		}
	}
	return values
}

func list(items ...resource.PropertyValue) resource.PropertyValue { return resource.NewProperty(items) }

func object(key resource.PropertyKey, value resource.PropertyValue) resource.PropertyValue {
	return resource.NewProperty(resource.PropertyMap{key: value})
}
