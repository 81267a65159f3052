using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Oracle;

/// <summary>mean_t Σ_{i≠j} relu(cos(y_i, y_j))/(K·(K−1)) over the outputs of a token's picked experts;
/// empty and dropped picks have none.</summary>
internal static class OracleDiversity
{
    public static Tensor Loss(OracleRouting routing)
    {
        var k = OracleShape.Picks(routing.Declaration);
        if (k < 2)
        {
            return zeros([], ScalarType.Float64);
        }

        var experts = routing.Experts!;
        var outputs = routing.Outputs!;
        var index = experts.clamp_min(Scalars.Zero).unsqueeze(2).expand(experts.shape[0], experts.shape[1], outputs.shape[2]);
        var picked = outputs.gather(1, index);
        var unit = picked / picked.norm(2, keepdim: true, p: 2).AtLeast(1e-12);
        var there = experts.ge(Scalars.Zero).to(ScalarType.Float64) * (routing.Seated ?? ones_like(experts));
        var pairs = there.unsqueeze(2) * there.unsqueeze(1) * eye(experts.shape[1], dtype: ScalarType.Float64).OneMinus();
        return (unit.matmul(unit.transpose(1, 2)).relu() * pairs).sum([1, 2]).mean().Over(k * (k - 1));
    }
}
