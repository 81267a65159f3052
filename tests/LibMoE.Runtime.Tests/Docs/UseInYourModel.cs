using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LibMoE.Runtime.Tests.Docs;

// The code blocks of docs/use-in-your-model.md, word for word: a test compares the texts and runs the program.
[MoeLayer, Experts<SwiGlu>(4, Hidden = 32), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class PointMoe;

public sealed class PointClassifier : Module<Tensor, (Tensor Logits, Tensor Balance)>
{
    private readonly Linear embed = Linear(2, 16);
    private readonly PointMoe moe = PointMoe.Create(new MoeShape(Dim: 16));
    private readonly Linear head = Linear(16, 2);

    public PointClassifier() : base(nameof(PointClassifier)) => RegisterComponents();

    public override (Tensor Logits, Tensor Balance) forward(Tensor points)
    {
        var x = embed.forward(points).relu();
        var mixture = moe.forward(x);
        return (head.forward(x + mixture.Hidden), mixture.Routing.AuxiliaryLoss);
    }
}

internal static class PointProgram
{
    public static void Run()
    {
        manual_seed(0);
        var moon = randint(0, 2, 500);
        var angle = Math.PI * (rand(500) + moon);
        var points = stack([angle.cos() + moon, angle.sin() + 0.5 * moon], dim: 1) + 0.1 * randn(500, 2);

        using var model = new PointClassifier();
        using var optimizer = optim.AdamW(model.parameters(), lr: 0.01);
        for (var step = 0; step < 200; step++)
        {
            using var scope = NewDisposeScope();                 // frees what the step made
            var (logits, balance) = model.forward(points);
            var loss = functional.cross_entropy(logits, moon) + balance;
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
        }

        using var quiet = no_grad();
        var right = model.forward(points).Logits.argmax(1).eq(moon).sum().item<long>();
        Console.WriteLine($"{right} of 500 points are right.");
    }
}
