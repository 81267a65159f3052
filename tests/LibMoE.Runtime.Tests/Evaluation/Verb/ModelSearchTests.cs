using LibMoE.Runtime.Hosting.Evaluations;

namespace LibMoE.Runtime.Tests.Evaluation.Verb;

public sealed class ModelSearchTests : IDisposable
{
    private readonly DataFolder _folder = new DataFolder()
        .With("runs/one/Smoe/seed-0/config.json", "{}")
        .With("runs/one/Smoe/seed-1/config.json", "{}")
        .With("runs/one/Smoe/seed-10/config.json", "{}")
        .With("runs/one/Dense/seed-0/checkpoints/step-8/state.json", "{}")
        .With("runs/one/Dense/seed-other/config.json", "{}")
        .With("model.bin", "");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_stands_for_its_cells_the_baseline_first() => Assert.Equal(
        [("Dense", 0), ("Smoe", 0), ("Smoe", 1), ("Smoe", 10)],
        Find("one").Select(model => (model.Name, model.Seed)));

    [Fact]
    public void Of_several_seeds_the_lowest_are_taken() => Assert.Equal(
        [("Dense", 0), ("Smoe", 0), ("Smoe", 1)],
        Find("one", seeds: 2).Select(model => (model.Name, model.Seed)));

    [Fact]
    public void A_file_goes_by_its_name_and_a_cell_by_variant_and_seed() => Assert.Equal(
        ["model", "Smoe-seed-1"],
        Find($"{_folder.Path}/model.bin, {_folder.Path}/runs/one/Smoe/seed-1").Select(model => model.Name));

    [Fact]
    public void Without_a_name_the_newest_run_is_taken() => Assert.Equal(4, Find("").Count);

    [Fact]
    public void What_a_program_registers_is_taken_where_nothing_is_named()
    {
        Assert.Equal(["made"], Find("", registered: [EvaluateRun.Model("made")]).Select(model => model.Name));
        Assert.Equal(4, Find("one", registered: [EvaluateRun.Model("made")]).Count);
    }

    [Fact]
    public void Two_models_of_one_name_are_refused() => Assert.Contains(
        "names two models 'model'",
        Assert.Throws<ConfigurationException>(() => Find($"{_folder.Path}/model.bin,{_folder.Path}/model.bin")).Message,
        StringComparison.Ordinal);

    private IReadOnlyList<EvaluatedModel> Find(string checkpoint, int? seeds = null, IReadOnlyList<EvaluatedModel>? registered = null) =>
        ModelSearch.Find(
            new EvaluationOptions { Checkpoint = checkpoint, Seeds = seeds },
                new RunOptions { Folder = Path.Combine(_folder.Path, "runs") }, registered ?? []);
}
