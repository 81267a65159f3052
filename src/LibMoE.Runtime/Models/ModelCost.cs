namespace LibMoE.Runtime;

/// <summary>Parameters and FLOPs of a model by formula: nothing is allocated.</summary>
public static class ModelCost
{
    /// <summary>All parameters, with the embedding and the head; a tied head counts once, buffers do not count.</summary>
    public static long TotalParameters(ModelConfig config, MoeDeclaration? declaration) => throw new NotImplementedException();

    /// <summary>The parameters that one token uses: all of the backbone, and of each mixture what
    /// <see cref="MoeDeclaration.ActiveParameters"/> counts.</summary>
    public static long ActiveParameters(ModelConfig config, MoeDeclaration? declaration) => throw new NotImplementedException();

    /// <summary>Floating-point operations of one token's forward pass, 2 per multiply-add.</summary>
    public static long FlopsPerToken(ModelConfig config, MoeDeclaration? declaration) => throw new NotImplementedException();

    /// <summary>The same backbone with the dense FFN width that gives it as many active parameters as the mixture has.</summary>
    public static ModelConfig DenseEquivalent(ModelConfig config, MoeDeclaration declaration) => throw new NotImplementedException();
}
