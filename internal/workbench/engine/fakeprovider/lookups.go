package fakeprovider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

// Lookup is one question that a program may ask a provider while it plans.
type Lookup struct {
	// Token names it, for example "aws:index/getPartition:getPartition".
	Token string
	// Reason says who asks and why the answer needs no cloud.
	Reason string
	// Answer is the result, which follows from the settings.
	Answer map[string]any
}

// Asked counts how often a lookup was asked for, whether it was answered or not.
type Asked struct {
	Token  string
	Number int
}

// desk answers the lookups on its list, refuses all others and counts both.
type desk struct {
	allowed []Lookup

	mu    sync.Mutex
	asked map[string]int
}

func newDesk(allowed []Lookup) *desk { return &desk{allowed: allowed, asked: map[string]int{}} }

// Invoke implements pulumirpc.ResourceProviderServer.
func (d *desk) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	d.mu.Lock()
	d.asked[req.GetTok()]++
	d.mu.Unlock()
	index := slices.IndexFunc(d.allowed, func(l Lookup) bool { return l.Token == req.GetTok() })
	if index < 0 {
		return nil, status.Errorf(codes.Unimplemented,
			"lookup %s needs a cloud; the program must take this value from its settings", req.GetTok())
	}
	result, err := structpb.NewStruct(d.allowed[index].Answer)
	if err != nil {
		return nil, fmt.Errorf("answering %s: %w", req.GetTok(), err)
	}
	return &pulumirpc.InvokeResponse{Return: result}, nil
}

// Asked returns what was asked for so far, sorted by token.
func (d *desk) Asked() []Asked {
	d.mu.Lock()
	defer d.mu.Unlock()
	var counts []Asked
	for token, number := range d.asked {
		counts = append(counts, Asked{Token: token, Number: number})
	}
	slices.SortFunc(counts, func(a, b Asked) int { return strings.Compare(a.Token, b.Token) })
	return counts
}
