// Command kube-router enforces the NetworkPolicies of a cluster in the network
// namespace that it runs in. It is the policy controller of kube-router without
// its routing and without its service proxy.
package main

import (
	"context"
	"flag"
	"log"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/pkg/options"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// resync is how often everything is looked at again.
const resync = time.Minute

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of a kubeconfig")
	node := flag.String("node", "", "name of the node whose pods are guarded: those with its address as their host's")
	services := flag.String("service-cidr", "172.20.0.0/16", "range of the addresses of services")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	if err := enforce(ctx, *kubeconfig, *node, *services); err != nil {
		log.Fatal(err)
	}
}

// enforce keeps iptables and ipset as the policies of the cluster say until ctx ends.
func enforce(ctx context.Context, kubeconfig, node, services string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, resync)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	// Rules made before everything is known would let traffic through.
	factory.Start(ctx.Done())
	cache.WaitForCacheSync(ctx.Done(), pods.HasSynced, namespaces.HasSynced, policies.HasSynced)

	settings := options.NewKubeRouterConfig()
	settings.HostnameOverride, settings.ClusterIPCIDR, settings.IPTablesSyncPeriod = node, services, resync
	controller, err := netpol.NewNetworkPolicyController(client, settings, pods, policies, namespaces, &sync.Mutex{})
	if err != nil {
		return err
	}
	pods.AddEventHandler(controller.PodEventHandler)
	namespaces.AddEventHandler(controller.NamespaceEventHandler)
	policies.AddEventHandler(controller.NetworkPolicyEventHandler)

	heartbeats := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for range heartbeats { // nobody watches its health, and a full channel would block it
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	controller.Run(heartbeats, ctx.Done(), &running)
	running.Wait()
	return nil
}
