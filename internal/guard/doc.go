// Package guard holds the rules that nothing the platform makes may break:
// nothing public, encryption on, TLS only, mandatory tags, no wildcard IAM,
// GPU nodes tainted, tenants walled in, stateful things protected.
//
// A rule is a pure function of what the engine knows of a resource: its type,
// name, parent, options and inputs. The same rules therefore run in three places:
//
//   - in tests, over what a mock recorded: FromRegistration and Evaluate;
//   - in the offline preview and in every real preview and update: a Session,
//     attached to the program, sees each registration and refuses those that
//     break a rule, so that neither the plan nor the cloud ever gets them.
//
// Rules about how resources belong together (a bucket and its policy, a
// namespace and its quota) run when everything is registered: in Evaluate,
// in Finish, and in the component that Gate registers last.
//
// Values that are not decided yet are Unknown. A rule about a value then says
// nothing; a rule about presence is satisfied. What a preview cannot tell, the
// update does: there the value is decided before the resource is made, and the
// rule sees it.
//
// A deliberate exception is an Exemption: rule, resource and reason. One without
// a reason, for a rule that does not exist, or that nothing needs any more, is
// itself an error.
//
//	session := guard.NewSession(exemptions, guard.Options{RequireProtect: true})
//	if err := session.Attach(ctx); err != nil { // before the first resource
//		return err
//	}
//	... // build the platform
//	return session.Gate(ctx, "guard") // after the last one
package guard
