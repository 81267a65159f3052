using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What generated code needs around a router of the user's own.</summary>
public static class RouterModules
{
    /// <summary>Where the router stands.</summary>
    public static RouterPlace Place(string prefix, MoeShape shape, int experts) => new(experts, shape, prefix);

    /// <summary>The router's parameter table, read off a router on the meta device.</summary>
    /// <exception cref="UnregisteredPartException">The router has a parameter that it has not registered.</exception>
    public static IEnumerable<ParameterSpec> Specs(string prefix, MoeShape shape, Func<RouterPlace, nn.Module> create, int experts)
    {
        using var scope = NewDisposeScope();
        using var router = create(Place(prefix, shape with { Device = META }, experts));
        OwnParts.Check(router);
        return router.named_parameters()
            .Select(parameter => new ParameterSpec(prefix + parameter.name, parameter.parameter.shape) { Router = true })
            .ToList();
    }
}
