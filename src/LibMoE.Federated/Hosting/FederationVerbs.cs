using LibMoE.Federated.Hosting;

namespace LibMoE.Runtime;

/// <summary>Gives a program the verbs <c>join</c> and <c>federate</c>.</summary>
public static class FederationVerbs
{
    /// <summary>Adds both verbs, behind those that are there. Options that the program adds afterwards are those of <c>join</c>
    /// too.</summary>
    /// <param name="builder">The program.</param>
    /// <returns>The builder.</returns>
    public static MoeApplicationBuilder AddFederation(this MoeApplicationBuilder builder)
    {
        builder.Verbs.Add(Verb.Of<JoinVerb>());
        builder.Verbs.Add(Verb.Of<FederateVerb>());
        return builder;
    }
}
